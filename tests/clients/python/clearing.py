"""The clear-cache APIs with the official Python client: what was named is loaded again, the rest stays warm.

`evicted`, which Portcullis tells beyond Elasticsearch, is how the script sees what was warm.
"""

import os
import subprocess

from elasticsearch import ApiError

from checks import environment, secret

ACCOUNT = {"namespace": "elastic", "service": "fleet-server"}
NAME_RULE = (
    "service account token name must have at least 1 character and at most 256 characters that are alphanumeric"
    " (A-Z, a-z, 0-9) or hyphen (-) or underscore (_). It must not begin with an underscore (_)."
)


def run(check, elastic):
    clearing = Clearing(check, elastic)
    clearing.realms()
    clearing.roles()
    clearing.api_keys()
    clearing.service_tokens()
    clearing.both_token_caches()
    clearing.privileges()


class Clearing:
    """One node, one caller that may clear, and some that may not."""

    def __init__(self, check, elastic):
        self.check = check
        self.elastic = elastic
        self.security = elastic.security
        self.name = elastic.info()["name"]
        self.security.put_role(name="ann-role", cluster=["monitor"])
        self.security.put_role(name="bob-role", cluster=["monitor"])
        self.users = {}
        for name in ("ann", "bob"):
            password = secret(f"{name}-only-password")
            self.security.put_user(username=name, password=password, roles=[f"{name}-role"])
            self.users[name] = elastic.options(basic_auth=(name, password))

    def cleared(self, what, answer, evicted):
        """The answer of a clear that went well, with the number of entries that it evicted."""
        self.check.equal(f"{what}: _nodes", answer["_nodes"], {"total": 1, "successful": 1, "failed": 0})
        self.check.equal(f"{what}: cluster_name", answer["cluster_name"], "client-tests")
        self.check.equal(f"{what}: nodes", list(answer["nodes"].values()), [{"name": self.name, "evicted": evicted}])

    def warm(self):
        """Each user once: its credential is cached, and its roles are."""
        for user in self.users.values():
            user.info()

    def realms(self):
        clear = self.security.clear_cached_realms
        self.warm()
        self.cleared("one user", clear(realms="default_native", usernames="ann"), 1)
        self.cleared("it is cold", clear(realms="default_native", usernames="ann"), 0)
        self.cleared("the other one was warm", clear(realms="default_native", usernames="bob"), 1)
        self.warm()
        self.cleared("two users", clear(realms=["default_file", "default_native"], usernames=["ann", "bob"]), 2)
        self.warm()
        self.cleared("an unknown user", clear(realms="*", usernames="nobody"), 0)
        self.cleared("a user in all realms", clear(realms="_all", usernames="ann"), 1)
        self.cleared("a user and a name that is not a pattern", clear(realms="*", usernames=["bob", "*"]), 1)
        self.warm()
        answer = clear(realms="default_native")
        self.check.true("all users of a realm", list(answer["nodes"].values())[0]["evicted"] >= 2)
        self.cleared("all are cold", clear(realms="default_native"), 0)

        for realms, unknown in ((["default_native", "nowhere"], "nowhere"), (["default_native", "*"], "*")):
            self.warm()
            answer = clear(realms=realms, usernames="ann").body
            failure = answer["_nodes"].pop("failures")[0]
            self.check.equal("_nodes", answer["_nodes"], {"total": 1, "successful": 0, "failed": 1})
            self.check.equal("a failed node is not in nodes", answer["nodes"], {})
            cause = {"type": "illegal_argument_exception", "reason": f"could not find active realm [{unknown}]"}
            expected = {"type": "failed_node_exception", "reason": f"Failed node [{failure['node_id']}]"}
            expected = {**expected, "node_id": failure["node_id"], "caused_by": cause}
            self.check.equal("the failure", failure, expected)
            self.cleared("the realm before it", clear(realms="default_native", usernames="ann"), 0)
        self.unprivileged("realm/cache/clear", lambda security: security.clear_cached_realms(realms="*"))

    def roles(self):
        clear = self.security.clear_cached_roles
        clear(name="*")
        self.warm()
        self.cleared("one role", clear(name="ann-role"), 1)
        self.cleared("it is cold", clear(name="ann-role"), 0)
        self.cleared("an unknown role and a name that is not a pattern", clear(name=["nobody", "*"]), 0)
        self.cleared("the other one was warm", clear(name=["bob-role", "*"]), 1)
        self.warm()
        self.cleared("two roles", clear(name=["ann-role", "bob-role"]), 2)
        self.warm()
        answer = clear(name="_all")
        self.check.true("all roles", list(answer["nodes"].values())[0]["evicted"] >= 2)
        self.unprivileged("roles/cache/clear", lambda security: security.clear_cached_roles(name="ann-role"))

    def api_keys(self):
        clear = self.security.clear_api_key_cache
        keys = [self.security.create_api_key(name=f"clear-{number}") for number in (1, 2)]
        for key in keys:
            secret(key["api_key"]), secret(key["encoded"])
        first, second = (key["id"] for key in keys)

        def warm():
            for key in keys:
                self.elastic.options(api_key=key["encoded"]).security.authenticate()

        clear(ids="*")
        warm()
        self.cleared("one key", clear(ids=first), 1)
        self.cleared("it is cold", clear(ids=first), 0)
        self.cleared("an unknown key", clear(ids="nobody"), 0)
        self.cleared("a strange name", clear(ids="not an id!"), 0)
        self.cleared("a key and a name that is not a pattern", clear(ids=[first, "*"]), 0)
        self.cleared("the other one was warm", clear(ids=second), 1)
        for everything in ([first, second], "*", "_all"):
            warm()
            self.cleared(f"two keys, by {everything}", clear(ids=everything), 2)
        self.unprivileged("cache/clear", lambda security: security.clear_api_key_cache(ids="*"))

    def service_tokens(self):
        clear = self.security.clear_cached_service_tokens
        bearers = []
        for name in ("clear-1", "clear-2"):
            created = self.security.create_service_token(**ACCOUNT, name=name)
            bearers.append(secret(created["token"]["value"]))

        def warm():
            for bearer in bearers:
                self.elastic.options(bearer_auth=bearer).security.authenticate()

        clear(**ACCOUNT, name="*")
        warm()
        self.cleared("one token", clear(**ACCOUNT, name="clear-1"), 1)
        self.cleared("it is cold", clear(**ACCOUNT, name="clear-1"), 0)
        self.cleared("an unknown token", clear(**ACCOUNT, name="nobody"), 0)
        self.cleared("another account", clear(namespace="elastic", service="kibana", name="clear-2"), 0)
        self.cleared("the other one was warm", clear(**ACCOUNT, name="clear-2"), 1)
        for everything in (["clear-1", "clear-2"], "*", "_all"):
            warm()
            self.cleared(f"two tokens, by {everything}", clear(**ACCOUNT, name=everything), 2)
        warm()
        for names, bad in ((["clear-1", "_bad"], "_bad"), (["clear-1", "*"], "*")):
            call = lambda: clear(**ACCOUNT, name=names)
            reason = f"invalid service token name [{bad}]. {NAME_RULE}"
            self.check.refused("a bad name", 400, "illegal_argument_exception", call, reason)
        self.cleared("nothing was cleared by them", clear(**ACCOUNT, name="clear-1"), 1)
        self.unprivileged("cache/clear", lambda security: security.clear_cached_service_tokens(**ACCOUNT, name="*"))
        for name in ("clear-1", "clear-2"):
            self.security.delete_service_token(**ACCOUNT, name=name)

    def both_token_caches(self):
        """One name in the file and in the index, with two secrets: two caches."""
        created = self.security.create_service_token(**ACCOUNT, name="both")
        in_index = self.elastic.options(bearer_auth=secret(created["token"]["value"])).security
        command = [environment("BIN"), "service-tokens", "create", "elastic/fleet-server", "both"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        line = [line for line in done.stdout.splitlines() if " = " in line][0]
        in_file = self.elastic.options(bearer_auth=secret(line.split(" = ")[1])).security

        def kinds():
            return [holder.authenticate()["token"]["type"] for holder in (in_file, in_index)]

        self.check.equal("both are good", kinds(), ["_service_account_file", "_service_account_index"])
        answer = self.security.clear_cached_service_tokens(**ACCOUNT, name="both")
        self.cleared("both caches", answer, 2)
        self.check.equal("both are good still", kinds(), ["_service_account_file", "_service_account_index"])
        self.security.delete_service_token(**ACCOUNT, name="both")
        self.check.refused("the index token is gone", 401, "security_exception", in_index.authenticate)
        self.check.equal("the file token is not", in_file.authenticate()["username"], "elastic/fleet-server")
        answer = self.security.clear_cached_service_tokens(**ACCOUNT, name="both")
        evicted = list(answer["nodes"].values())[0]["evicted"]
        self.check.true("it was warm", evicted >= 1)
        os.remove(os.path.join(environment("PATH_CONF"), "service_tokens"))

        def gone():
            try:
                in_file.authenticate()
                return False
            except ApiError as error:
                self.check.equal("the file token", error.meta.status, 401)
                return True

        self.check.eventually("a missing file is empty", gone)

    def privileges(self):
        self.cleared("privileges", self.security.clear_cached_privileges(application="*"), 0)
        call = lambda security: security.clear_cached_privileges(application="myapp")
        self.unprivileged("cache/clear", call)

    def unprivileged(self, action, call):
        """Neither `manage_api_key` nor `manage_service_account` may clear; `manage_security` and `all` may."""
        for privilege in ("manage_api_key", "manage_service_account", "manage_security", "all"):
            name = f"only-{privilege}"
            password = secret(f"{name}-password")
            self.security.put_role(name=name, cluster=[privilege])
            self.security.put_user(username=name, password=password, roles=[name])
            caller = self.elastic.options(basic_auth=(name, password)).security
            if privilege in ("manage_security", "all"):
                self.check.equal(f"{action} by {name}", call(caller)["_nodes"]["failed"], 0)
                continue
            reason = (
                f"action [cluster:admin/xpack/security/{action}] is unauthorized for user [{name}]"
                f" with effective roles [{name}], this action is granted by the cluster privileges"
                " [manage_security,all]"
            )
            self.check.refused(f"{action} by {name}", 403, "security_exception", lambda: call(caller), reason)
