#!/usr/bin/env python3
"""Checks that the subject of every commit since a baseline has at most 72 characters. Merges are left out.

    subjects.py [BASELINE]

The baseline is the last commit from before this rule; neither it nor what came before is looked at. A shallow clone
that ends after the baseline is checked as far as it goes. Exit 0 when every subject fits, 1 when one does not,
3 when there is no history to look at.
"""
import subprocess
import sys

SUBJECT_CHARS_MAX = 72
BASELINE = "ff1d2872688b488aef125fa3b7461aef4cef9705"


def git(*arguments, directory="."):
    """What git prints, or None when it fails."""
    done = subprocess.run(["git", *arguments], cwd=directory, capture_output=True, text=True, encoding="utf-8")
    return done.stdout if done.returncode == 0 else None


def too_long(baseline, directory="."):
    """The commits whose subjects are too long, newest first, as (hash, subject), and how many were looked at."""
    known = git("cat-file", "-e", f"{baseline}^{{commit}}", directory=directory) is not None
    log = git("log", "--no-merges", "--format=%h%x09%s", "HEAD", *([f"^{baseline}"] if known else []),
              directory=directory)
    if log is None:
        return None
    commits = [line.split("\t", 1) for line in log.splitlines()]
    return [commit for commit in commits if len(commit[1]) > SUBJECT_CHARS_MAX], len(commits)


def main(baseline):
    answer = too_long(baseline)
    if answer is None:
        print("subjects: no history here; run it in a git checkout")
        return 3
    found, seen = answer
    for commit, subject in found:
        print(f"subjects: {commit} has a subject of {len(subject)} characters, at most {SUBJECT_CHARS_MAX}: {subject}")
    if not found:
        print(f"the subjects of {seen} commits have at most {SUBJECT_CHARS_MAX} characters each")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else BASELINE))
