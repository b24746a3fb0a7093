"""How the scripts check answers and write secrets down. What is expected stands in the scripts."""

import os
import time

from elasticsearch import ApiError

# File edits are in force within 5 s; beyond this a script gives up.
LONGEST_RELOAD = 10


def environment(name):
    """A value that the runner must have given."""
    return os.environ["PORTCULLIS_" + name]


def secret(value):
    """Notes a secret of this run: the runner looks for it in the log of the node."""
    with open(environment("SECRETS"), "a", encoding="utf-8") as file:
        file.write(value + "\n")
    return value


class Checks:
    """Counts what was checked and stops at the first difference."""

    def __init__(self):
        self.count = 0

    def equal(self, what, got, expected):
        if hasattr(got, "body"):
            got = got.body
        if got != expected:
            raise SystemExit(f"{what}:\n       got {got!r}\n  expected {expected!r}")
        self.count += 1

    def true(self, what, value):
        self.equal(what, bool(value), True)

    def refused(self, what, status, kind, call, reason=None):
        """`call` must be answered with `status` and an error of type `kind`; gives the error back."""
        try:
            answer = call()
        except ApiError as error:
            body = error.body
            self.equal(f"{what}: status", error.meta.status, status)
            self.equal(f"{what}: status in the body", body["status"], status)
            self.equal(f"{what}: error.type", body["error"]["type"], kind)
            if reason is not None:
                self.equal(f"{what}: error.reason", body["error"]["reason"], reason)
            return body["error"]
        raise SystemExit(f"{what}: not refused, but answered with the fields {sorted(answer.body)}")

    def eventually(self, what, attempt):
        """Repeats `attempt` until it is true: for files, whose edits nobody acknowledges."""
        deadline = time.monotonic() + LONGEST_RELOAD
        while not attempt():
            if time.monotonic() > deadline:
                raise SystemExit(f"{what}: not within {LONGEST_RELOAD} s")
            time.sleep(0.05)
        self.count += 1
