#!/usr/bin/env python3
"""Checks that the subject of every commit since this rule was made has at most 72 characters. Merges are left out.

    subjects.py [SINCE]

SINCE is a date and time in ISO 8601; commits whose author's date is earlier are not checked. It is a date rather than
a commit's hash because it survives a rebase and a shallow clone, which is checked as far as it goes. Exit 0 when every
subject fits, 1 when one does not, 3 when there is no history to check.
"""
import datetime
import subprocess
import sys

SUBJECT_CHARS_MAX = 72
SINCE = "2026-11-26T02:00:00+00:00"


def git(*arguments, directory="."):
    """What git prints, or None when it fails."""
    done = subprocess.run(["git", *arguments], cwd=directory, capture_output=True, text=True, encoding="utf-8")
    return done.stdout if done.returncode == 0 else None


def too_long(since, directory="."):
    """The commits whose subjects are too long, newest first, as (hash, subject), and how many were checked."""
    log = git("log", "--no-merges", "--format=%at%x09%h%x09%s", "HEAD", directory=directory)
    if log is None:
        return None
    first = datetime.datetime.fromisoformat(since).timestamp()
    commits = [(commit, subject) for written, commit, subject in
               (line.split("\t", 2) for line in log.splitlines()) if int(written) >= first]
    return [commit for commit in commits if len(commit[1]) > SUBJECT_CHARS_MAX], len(commits)


def main(since):
    answer = too_long(since)
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
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else SINCE))
