"""The walk of the README with the official Python client, unmodified, through its typed methods.

The same script runs with every major version of the client that is supported.
"""

import base64
import os
import subprocess
import sys
import warnings

import elasticsearch
from elasticsearch import ApiError, Elasticsearch

import clearing
import role_mappings
from checks import Checks, environment, secret

NATIVE = {"name": "default_native", "type": "native"}
ACCOUNT = {"namespace": "elastic", "service": "fleet-server"}
# The hash is bcrypt of the password.
FILE_PASSWORD = "s3krit-password"
FILE_HASH = "$2a$10$abcdefghijklmnopqrstuuUgfjERmbHcKY9pHby3OETY8Ch6wuhOG"

check = Checks()
elastic = Elasticsearch(
    environment("URL").split(","), basic_auth=("elastic", environment("PASSWORD")), max_retries=0, request_timeout=60
)


def client(username, password):
    return elastic.options(basic_auth=(username, password))


def authenticates(caller):
    """True if `caller` gets in, false if it is refused with a 401; anything else ends the script."""
    try:
        caller.security.authenticate()
        return True
    except ApiError as error:
        if error.meta.status != 401:
            raise
        return False


def information():
    answer = elastic.info()
    check.equal("tagline", answer["tagline"], "You Know, for Search")
    check.equal("build_flavor", answer["version"]["build_flavor"], "default")
    check.equal("cluster_name", answer["cluster_name"], "client-tests")
    check.true("ping", elastic.ping())
    check.equal("health", elastic.cluster.health()["status"], "green")


def users_and_roles():
    role = {
        "cluster": ["monitor"],
        "indices": [{"names": ["logs-*"], "privileges": ["read"], "allow_restricted_indices": False}],
        "metadata": {"owner": "gate"},
    }
    put = elastic.security.put_role(name="reader", **role)
    check.equal("put role", put, {"role": {"created": True}})
    check.equal("put it again", elastic.security.put_role(name="reader", **role), {"role": {"created": False}})
    complete = {**role, "applications": [], "run_as": [], "transient_metadata": {"enabled": True}}
    check.equal("get role", elastic.security.get_role(name="reader"), {"reader": complete})

    password = secret("jo-first-password")
    put = elastic.security.put_user(
        username="jo", password=password, roles=["reader"], full_name="Jo March", metadata={"team": "gate"}
    )
    check.equal("put user", put, {"created": True})
    user = {
        "username": "jo",
        "roles": ["reader"],
        "full_name": "Jo March",
        "email": None,
        "metadata": {"team": "gate"},
        "enabled": True,
    }
    check.equal("get user", elastic.security.get_user(username="jo"), {"jo": user})
    answer = client("jo", password).security.authenticate()
    expected = {**user, "authentication_realm": NATIVE, "lookup_realm": NATIVE, "authentication_type": "realm"}
    check.equal("authenticate", answer, expected)
    order = "username roles full_name email metadata enabled authentication_realm lookup_realm authentication_type"
    check.equal("the order of its fields", " ".join(answer.body), order)

    new = secret("jo-second-password")
    check.equal("change password", elastic.security.change_password(username="jo", password=new), {})
    reason = "unable to authenticate user [jo] for REST request [/_security/_authenticate]"
    old = client("jo", password).security.authenticate
    check.refused("the old password", 401, "security_exception", old, reason)
    check.equal("the new password", client("jo", new).security.authenticate()["username"], "jo")
    own = secret("jo-third-password")
    check.equal("change the own password", client("jo", new).security.change_password(password=own), {})
    check.refused("the replaced one", 401, "security_exception", client("jo", new).security.authenticate)

    check.equal("disable", elastic.security.disable_user(username="jo"), {})
    check.refused("disabled", 401, "security_exception", client("jo", own).security.authenticate)
    check.equal("enable", elastic.security.enable_user(username="jo"), {})
    check.true("enabled", authenticates(client("jo", own)))

    run_as = elastic.options(headers={"es-security-runas-user": "jo"}).security.authenticate()
    check.equal("run as", run_as["username"], "jo")
    check.equal("who ran", run_as["authentication_realm"], {"name": "reserved", "type": "reserved"})
    check.equal("who was looked up", run_as["lookup_realm"], NATIVE)

    check.equal("delete user", elastic.security.delete_user(username="jo"), {"found": True})
    check.refused("deleted", 401, "security_exception", client("jo", own).security.authenticate)
    check.equal("delete role", elastic.security.delete_role(name="reader"), {"found": True})
    for call in (
        lambda: elastic.security.delete_user(username="jo"),
        lambda: elastic.security.delete_role(name="reader"),
    ):
        try:
            call()
            raise SystemExit("deleting what is not there: answered with 2xx")
        except ApiError as error:
            check.equal("deleting what is not there", (error.meta.status, error.body), (404, {"found": False}))
    short = lambda: elastic.security.put_user(username="jo", password="short", roles=[])
    reason = "Validation Failed: 1: passwords must be at least [6] characters long;"
    check.refused("a short password", 400, "validation_exception", short, reason)


def api_keys():
    key = elastic.security.create_api_key(name="walk", expiration="1d", metadata={"step": 3})
    secret(key["api_key"]), secret(key["encoded"])
    check.equal("the fields of a new key", sorted(key.body), ["api_key", "encoded", "expiration", "id", "name"])
    decoded = base64.b64decode(key["encoded"]).decode()
    check.equal("encoded", decoded, f"{key['id']}:{key['api_key']}")
    holder = elastic.options(api_key=key["encoded"])
    answer = holder.security.authenticate()
    realm = {"name": "_es_api_key", "type": "_es_api_key"}
    check.equal("api_key", answer["api_key"], {"id": key["id"], "name": "walk"})
    check.equal("its owner", (answer["username"], answer["roles"]), ("elastic", []))
    check.equal("its realms", (answer["authentication_realm"], answer["lookup_realm"]), (realm, realm))
    check.equal("its type", answer["authentication_type"], "api_key")

    listed = elastic.security.get_api_key(id=key["id"])["api_keys"]
    check.equal("get by id", len(listed), 1)
    shown = {field: listed[0][field] for field in ("id", "name", "type", "invalidated", "username", "realm")}
    expected = {"id": key["id"], "name": "walk", "type": "rest", "invalidated": False}
    check.equal("the key", shown, {**expected, "username": "elastic", "realm": "reserved"})
    check.equal("its times", listed[0]["expiration"], key["expiration"])
    check.equal("its metadata", listed[0]["metadata"], {"step": 3})
    updated = elastic.security.update_api_key(id=key["id"], metadata={"step": 4})
    check.equal("update", updated, {"updated": True})
    check.equal("owner", elastic.security.get_api_key(owner=True)["api_keys"][0]["metadata"], {"step": 4})

    wrong = base64.b64encode(f"{key['id']}:{secret('not-the-secret-of-it')}".encode()).decode()
    sentence = "unable to authenticate with provided credentials and anonymous access is not allowed for this request"
    for state in ("valid", "invalidated"):
        guess = elastic.options(api_key=wrong).security.authenticate
        error = check.refused(f"a wrong secret while {state}", 401, "security_exception", guess, sentence)
        detail = f"API key: invalid credentials for API key [{key['id']}]"
        check.equal("its detail", error["additional_unsuccessful_credentials"], detail)
        if state == "valid":
            gone = elastic.security.invalidate_api_key(ids=[key["id"]])
            expected = {"invalidated_api_keys": [key["id"]], "previously_invalidated_api_keys": [], "error_count": 0}
            check.equal("invalidate", gone, expected)
    error = check.refused("invalidated", 401, "security_exception", holder.security.authenticate, sentence)
    detail = f"API key: api key [{key['id']}] has been invalidated"
    check.equal("its detail", error["additional_unsuccessful_credentials"], detail)
    shown = elastic.security.get_api_key(id=key["id"])["api_keys"][0]
    check.true("it is shown as invalidated", shown["invalidated"])


def keys_outlive_their_owner():
    """Deleting a user leaves its keys alive; the answer warns, which this client shows as a Python warning."""
    elastic.security.put_role(name="key-maker", cluster=["manage_own_api_key"])
    password = secret("meg-first-password")
    elastic.security.put_user(username="meg", password=password, roles=["key-maker"])
    key = client("meg", password).security.create_api_key(name="orphan")
    secret(key["api_key"]), secret(key["encoded"])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        elastic.security.delete_user(username="meg")
    texts = [str(warning.message) for warning in caught if "API key" in str(warning.message)]
    check.equal("one warning about API keys", len(texts), 1)
    check.true("it says how many", "1" in texts[0])
    holder = elastic.options(api_key=key["encoded"])
    check.equal("the key of a deleted user", holder.security.authenticate()["username"], "meg")
    gone = elastic.security.invalidate_api_key(username="meg", realm_name="default_native")
    check.equal("ended by its owner's name", gone["invalidated_api_keys"], [key["id"]])
    check.true("it has ended", not authenticates(holder))


def service_tokens():
    created = elastic.security.create_service_token(**ACCOUNT, name="token1")
    bearer = secret(created["token"]["value"])
    check.equal("create", created, {"created": True, "token": {"name": "token1", "value": bearer}})
    check.true("the form of a bearer", bearer.startswith("AAEAA"))
    holder = elastic.options(bearer_auth=bearer)
    realm = {"name": "_service_account", "type": "_service_account"}
    expected = {
        "username": "elastic/fleet-server",
        "roles": [],
        "full_name": "Service account - elastic/fleet-server",
        "email": None,
        "token": {"name": "token1", "type": "_service_account_index"},
        "metadata": {"_elastic_service_account": True},
        "enabled": True,
        "authentication_realm": realm,
        "lookup_realm": realm,
        "authentication_type": "token",
    }
    check.equal("authenticate", holder.security.authenticate(), expected)
    accounts = elastic.security.get_service_accounts(**ACCOUNT)
    check.equal("accounts", list(accounts.body), ["elastic/fleet-server"])
    listed = elastic.security.get_service_credentials(**ACCOUNT)
    check.equal("list", (listed["count"], listed["tokens"]), (1, {"token1": {}}))
    again = lambda: elastic.security.create_service_token(**ACCOUNT, name="token1")
    check.refused("the same name again", 409, "version_conflict_engine_exception", again)
    check.equal("delete", elastic.security.delete_service_token(**ACCOUNT, name="token1"), {"found": True})
    reason = "failed to authenticate service account [elastic/fleet-server] with token name [token1]"
    check.refused("deleted", 401, "security_exception", holder.security.authenticate, reason)


def tool(*arguments):
    """Runs the file tool on the node's configuration; what it prints, as lines."""
    command = [environment("BIN"), "service-tokens", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout.splitlines()


def file_tokens():
    line = [line for line in tool("create", "elastic/fleet-server", "file1") if line.startswith("SERVICE_TOKEN")][0]
    name, bearer = line.removeprefix("SERVICE_TOKEN ").split(" = ")
    secret(bearer)
    check.equal("the tool names the token", name, "elastic/fleet-server/file1")
    holder = elastic.options(bearer_auth=bearer)
    token = holder.security.authenticate()["token"]
    check.equal("known as soon as the tool is done", token, {"name": "file1", "type": "_service_account_file"})
    check.equal("the tool lists it", tool("list", "elastic/fleet-server"), ["elastic/fleet-server/file1"])
    listed = elastic.security.get_service_credentials(**ACCOUNT)["nodes_credentials"]["file_tokens"]
    node = elastic.info()["name"]
    check.equal("and so does the node", listed, {"file1": {"nodes": [node]}})
    tool("delete", "elastic/fleet-server", "file1")
    check.refused("gone as soon as the tool is done", 401, "security_exception", holder.security.authenticate)

    tool_line = [line for line in tool("create", "elastic/fleet-server", "file2") if " = " in line][0]
    holder = elastic.options(bearer_auth=secret(tool_line.split(" = ")[1]))
    check.true("the second one", authenticates(holder))
    replace("service_tokens", "")
    check.eventually("a deleted line kills its token", lambda: not authenticates(holder))


def replace(name, text):
    """Puts a file of the configuration in place as a whole, as editors do."""
    path = os.path.join(environment("PATH_CONF"), name)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def file_users():
    caller = client("filed", secret(FILE_PASSWORD))
    check.true("not known yet", not authenticates(caller))
    replace("roles.yml", "file_reader:\n  cluster: [ monitor ]\n")
    replace("users_roles", "file_reader:filed\n")
    replace("users", f"filed:{FILE_HASH}\n")
    check.eventually("a new line of users", lambda: authenticates(caller))
    check.eventually("its roles", lambda: caller.security.authenticate()["roles"] == ["file_reader"])
    realm = caller.security.authenticate()["authentication_realm"]
    check.equal("its realm", realm, {"name": "default_file", "type": "file"})

    def may_monitor():
        try:
            caller.info()
            return True
        except ApiError as error:
            check.equal("a role without the privilege", error.meta.status, 403)
            return False

    check.eventually("the role of roles.yml", may_monitor)
    replace("roles.yml", "file_reader:\n  cluster: [ ]\n")
    check.eventually("a changed role", lambda: not may_monitor())
    replace("users", "")
    check.eventually("a deleted line of users", lambda: not authenticates(caller))


def main():
    steps = [information, users_and_roles, api_keys, keys_outlive_their_owner, service_tokens, file_tokens, file_users]
    for step in steps:
        step()
    role_mappings.run(check, elastic)
    clearing.run(check, elastic)
    print(f"elasticsearch {elasticsearch.__versionstr__}: {check.count} checks")


if __name__ == "__main__":
    sys.exit(main())
