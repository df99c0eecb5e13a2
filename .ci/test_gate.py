#!/usr/bin/env python3
"""Tests that the gate's own checks find what they are for."""
import os
import subprocess
import tempfile
import unittest

import sbom
import subjects

# Neither the user's hooks nor their signing key belong in a test.
IDENTITY = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false",
            "-c", "core.hooksPath=/dev/null"]
BEFORE = "2026-01-01T11:59:59+00:00"
SINCE = "2026-01-01T12:00:00+00:00"


class SubjectsTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = scratch.name
        self.repository = os.path.join(scratch.name, "repository")
        os.mkdir(self.repository)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments, **environment):
        done = subprocess.run(["git", *IDENTITY, *arguments], cwd=self.repository, check=True,
                              capture_output=True, text=True, env={**os.environ, **environment})
        return done.stdout.strip()

    def commit(self, subject, body="", written=SINCE):
        self.git("commit", "--quiet", "--allow-empty", "-m", subject, "-m", body, GIT_AUTHOR_DATE=written)

    def found(self, directory=None):
        commits, seen = subjects.too_long(SINCE, directory or self.repository)
        return [subject for _, subject in commits], seen

    def test_a_subject_of_72_characters_fits_and_one_of_73_does_not(self):
        self.commit("é" * 72)
        self.commit("b" * 73)

        self.assertEqual((["b" * 73], 2), self.found())

    def test_long_lines_of_a_body_do_not_count(self):
        self.commit("Fit", "c" * 200)

        self.assertEqual(([], 1), self.found())

    def test_what_was_written_before_the_rule_is_left_out(self):
        self.commit("d" * 80, written=BEFORE)
        self.commit("Fit")

        self.assertEqual(([], 1), self.found())

    def test_merges_are_left_out_but_what_they_bring_is_not(self):
        self.commit("Begin", written=BEFORE)
        self.git("checkout", "--quiet", "-b", "side")
        self.commit("f" * 73)
        self.git("checkout", "--quiet", "main")
        self.git("merge", "--quiet", "--no-ff", "-m", "g" * 90, "side")

        self.assertEqual((["f" * 73], 1), self.found())

    def test_a_shallow_clone_is_checked_as_far_as_it_goes(self):
        self.commit("i" * 73)
        self.commit("j" * 74)
        shallow = os.path.join(self.root, "shallow")
        self.git("clone", "--quiet", "--depth=1", f"file://{self.repository}", shallow)

        self.assertEqual((["j" * 74], 1), self.found(shallow))

    def test_a_directory_without_history_has_no_answer(self):
        self.assertIsNone(subjects.too_long(SINCE, self.repository))


class SbomTest(unittest.TestCase):
    hashes = [{"alg": "SHA-256", "content": "00"}]

    def component(self, name, classifier="", hashes=None, group="org.example"):
        return {"group": group, "name": name, "version": "1", "hashes": self.hashes if hashes is None else hashes,
                "purl": f"pkg:maven/{group}/{name}@1?{classifier}type=jar"}

    def test_the_jars_that_ship_are_the_components(self):
        bom = {"components": [self.component("a"), self.component("b", "classifier=linux&"),
                              self.component("own", hashes=[], group="dev.canswarm")]}

        self.assertEqual([], sbom.differences(bom, {"a-1.jar", "b-1-linux.jar", "own-1.jar"}))

    def test_what_is_missing_on_either_side_is_named(self):
        bom = {"components": [self.component("a"), self.component("c", hashes=[])]}

        self.assertEqual(
            ["not in the bill of materials: b-1.jar", "does not ship: a-1.jar", "without a SHA-256: c-1.jar"],
            sbom.differences(bom, {"b-1.jar", "c-1.jar"}))


if __name__ == "__main__":
    unittest.main()
