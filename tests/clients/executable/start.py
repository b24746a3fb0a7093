"""Starting the executable: where the first password comes from, what its tools do, and what stops a start.

Beside the node of the runner the script starts its own, each on a free port, and ends each by its handle.
"""

import base64
import http.client
import os
import pathlib
import pty
import re
import select
import socket
import stat
import subprocess
import sys
import time

LONGEST = 30
BIN = os.environ["PORTCULLIS_BIN"]
SCRATCH = pathlib.Path(os.environ["PORTCULLIS_SCRATCH"])
count = 0


def check(what, value, shown=""):
    global count
    if not value:
        raise SystemExit(f"{what}: no {shown}")
    count += 1


def secret(value):
    with open(os.environ["PORTCULLIS_SECRETS"], "a", encoding="utf-8") as file:
        file.write(value + "\n")
    return value


def variables(config, **more):
    """The environment of a child: ours without the node of the runner."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTCULLIS_", "ELASTIC_"))}
    return {**kept, "PORTCULLIS_PATH_CONF": str(config), **more}


class Place:
    """Folders and a port for nodes that run one after another."""

    def __init__(self, name, settings=""):
        self.folder = SCRATCH / name
        self.config = self.folder / "config"
        self.config.mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        text = f"http.port: {self.port}\npath.data: {self.folder}/data\n{settings}"
        (self.config / "portcullis.yml").write_text(text)

    def start(self, **more):
        return Node(self, variables(self.config, **more))

    def refuses_to_start(self, what, *words):
        """The start must end by itself, not well, and say each of `words`."""
        done = self.tool("serve")
        said = done.stdout + done.stderr
        check(f"{what}: it ends with an error, not by a signal or a panic", 0 < done.returncode < 101, said)
        for word in words:
            check(f"{what}: it says [{word}]", word in said, said)

    def tool(self, *arguments):
        """Runs the executable until it ends by itself."""
        surroundings = {"env": variables(self.config), "cwd": self.folder, "stdin": subprocess.DEVNULL}
        return subprocess.run([BIN, *arguments], **surroundings, capture_output=True, text=True, timeout=LONGEST)

    def status(self, path="/-/ready", password=None, user="elastic"):
        """The status of one request, or None if nobody listens."""
        headers = {}
        if password is not None:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        except ConnectionRefusedError:
            return None
        finally:
            connection.close()

    def gets_in(self, password, user="elastic"):
        return self.status("/_security/_authenticate", password, user) == 200


class Node:
    """A node that is ready, until it leaves its `with`."""

    def __init__(self, place, environment):
        self.place = place
        self.log = place.folder / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [BIN], env=environment, cwd=place.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def __enter__(self):
        deadline = time.monotonic() + LONGEST
        while self.place.status() != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise SystemExit(f"the node is not ready: {self.log.read_text()}")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            check("a node ends with 0 after SIGTERM", self.process.wait(LONGEST) == 0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def passwords():
    place = Place("passwords")
    with place.start() as node:
        log = node.log.read_text()
        check("without a terminal the log names the tool", "portcullis reset-password elastic" in log, log)
        check("nobody gets in", place.status("/") == 401)
        done = place.tool("reset-password", "elastic")
        check("the tool works through the node", done.returncode == 0, done.stderr)
        first = secret(re.search(r"^New value: (\S{20})$", done.stdout, re.MULTILINE)[1])
        check("it says so", "Password for the [elastic] user successfully reset." in done.stdout)
        check("the new password counts at once", place.gets_in(first))
        done = place.tool("reset-password", "elastic")
        second = secret(re.search(r"^New value: (\S{20})$", done.stdout, re.MULTILINE)[1])
        check("the replaced one does not", not place.gets_in(first) and place.gets_in(second))
    given = secret("given-on-a-later-start")
    with place.start(ELASTIC_PASSWORD=given) as node:
        check("a later ELASTIC_PASSWORD changes nothing", place.gets_in(second) and not place.gets_in(given))
        log = node.log.read_text()
        check("and the log says so", "ELASTIC_PASSWORD is set and changes nothing" in log, log)
        check("no secret stands in the log", not any(word in log for word in (first, second, given)))
    done = place.tool("reset-password", "elastic")
    check("the tool works without a node", done.returncode == 0, done.stderr)
    third = secret(re.search(r"^New value: (\S{20})$", done.stdout, re.MULTILINE)[1])
    with place.start():
        check("and what it set counts", place.gets_in(third))


def password_file():
    place = Place("password-file")
    password = secret("a-password-from-a-file")
    path = place.folder / "password"
    path.write_text(password + "\n")
    with place.start(ELASTIC_PASSWORD_FILE=str(path)):
        check("ELASTIC_PASSWORD_FILE counts on the first start", place.gets_in(password))


def file_users():
    """The tool for the users of the file realm, beside a node: what has ended is in force."""
    place = Place("file-users")
    old, new = secret("of-a-user-in-a-file"), secret("another-of-that-user")

    def tool(*arguments):
        done = place.tool("users", *arguments)
        check(f"users {arguments[0]} works", done.returncode == 0 and not done.stderr, done.stderr)
        return done.stdout

    with place.start():
        tool("useradd", "jo", "-p", old, "-r", "superuser,viewer")
        check("a new user gets in at once", place.gets_in(old, "jo"))
        tool("passwd", "jo", "-p", new)
        check("the new password counts, the old one does not", place.gets_in(new, "jo") and not place.gets_in(old, "jo"))
        check("the role counts", place.status("/_security/user", new, "jo") == 200)
        tool("roles", "jo", "-a", "editor", "-r", "superuser")
        check("a role that was taken away does not", place.status("/_security/user", new, "jo") == 403)
        listed = tool("list")
        check("list shows the user and the roles", listed.split() == ["jo", ":", "viewer,editor"], listed)
        tool("userdel", "jo")
        check("a user that was removed is out", not place.gets_in(new, "jo"))
    done = place.tool("users", "userdel", "jo")
    check("a user that is not there is told", done.returncode == 67 and "[jo]" in done.stderr, done.stderr)


def terminal():
    """On a terminal the address, the generated password and a line to try are shown."""
    place = Place("terminal")
    ours, theirs = pty.openpty()
    environment = variables(place.config, TERM="dumb")
    process = subprocess.Popen([BIN], env=environment, cwd=place.folder, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        shown = ""
        deadline = time.monotonic() + LONGEST
        while "curl" not in shown or not shown.endswith("\n") or place.status() != 200:
            if time.monotonic() > deadline:
                raise SystemExit("nothing to try is shown on a terminal")
            if select.select([ours], [], [], 0.1)[0]:
                shown += os.read(ours, 65536).decode()
        found = re.search(r"^ +password +(\S{20}) ", shown, re.MULTILINE)
        check("the password is shown", found)
        check("the address is shown", f"http://127.0.0.1:{place.port}" in shown)
        check("it counts", place.gets_in(secret(found[1])))
        process.terminate()
        check("the node ends with 0", process.wait(LONGEST) == 0)
    finally:
        # A check that failed must not leave the node behind.
        process.kill()
        os.close(ours)


def one_process_a_folder():
    config = pathlib.Path(os.environ["PORTCULLIS_PATH_CONF"])
    data = SCRATCH / "data"
    check("the data folder is for its owner only", stat.S_IMODE(data.stat().st_mode) == 0o700)
    for path in data.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        check(f"{path.name} is for its owner only", mode == (0o700 if path.is_dir() else 0o600), oct(mode))
    place = Place("second", "")
    text = (place.config / "portcullis.yml").read_text().replace(f"{place.folder}/data", str(data))
    (place.config / "portcullis.yml").write_text(text)
    place.refuses_to_start("a second process on one data folder", str(data))
    done = place.tool("settings")
    check("settings prints the settings", "xpack.security.authc.api_key.cache.ttl" in done.stdout, done.stderr)


def refusals():
    Place("plaintext", "http.host: 0.0.0.0\n").refuses_to_start("plain text for everybody", "http.allow_plaintext")
    Place("disabled", "xpack.security.enabled: false\n").refuses_to_start("no security", "xpack.security.enabled")
    place = Place("unknown", "xpack.security.authc.api_key.cache.tll: 1h\n")
    place.refuses_to_start("an unknown setting", "xpack.security.authc.api_key.cache.tll", "api_key.cache.ttl", "3")
    Place("broken", "http: [\n").refuses_to_start("broken YAML", "portcullis.yml")
    place = Place("damaged")
    with place.start():
        pass
    stores = [path for path in (place.folder / "data").rglob("*") if path.is_file() and path.stat().st_size > 4096]
    for path in stores:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    before = [path.read_bytes() for path in stores]
    place.refuses_to_start("half a store", str(place.folder / "data"))
    check("a damaged store is left as it is", before and before == [path.read_bytes() for path in stores])


def main():
    for step in (passwords, password_file, file_users, terminal, one_process_a_folder, refusals):
        step()
    print(f"the executable: {count} checks")


if __name__ == "__main__":
    sys.exit(main())
