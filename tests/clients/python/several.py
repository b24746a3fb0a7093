"""A cluster with the official Python client: told the addresses of all nodes, it does the walk without noticing that there
are several, and what is done through one node counts on each.

At the end one node is cut off from etcd: it says 503, and the client goes on through the others.
"""

import os
import signal
import sys
import time
import urllib.error
import urllib.request

import elasticsearch
from elasticsearch import ApiError, Elasticsearch

import role_mappings
import walk
from checks import environment, secret

URLS = environment("URL").split(",")
ACCOUNT = walk.ACCOUNT
# How long a node may take to be trusted, or to notice that it is not any more.
LONGEST = 60
# How often the client goes around while a node is fenced.
ROUNDS = 5

check = walk.check
elastic = walk.elastic
# Each node by itself, where nothing is tried twice.
credentials = {"basic_auth": ("elastic", environment("PASSWORD")), "request_timeout": 60}
nodes = [Elasticsearch(url, max_retries=0, **credentials) for url in URLS]


def through(number):
    """The security API of one node, for `elastic`."""
    return nodes[number % len(nodes)].security


def statuses(**options):
    """What each node answers to whoever has these credentials."""
    found = []
    for node in nodes:
        try:
            node.options(**options).security.authenticate()
            found.append(200)
        except ApiError as error:
            found.append(error.meta.status)
    return found


def everywhere(what, status, **options):
    check.equal(what, statuses(**options), [status] * len(nodes))


def ready(number):
    try:
        return urllib.request.urlopen(URLS[number] + "/-/ready", timeout=LONGEST).status
    except urllib.error.HTTPError as error:
        return error.code


def becomes(number, status):
    deadline = time.monotonic() + LONGEST
    while ready(number) != status:
        if time.monotonic() > deadline:
            raise SystemExit(f"node {number} does not come to say {status}")
        time.sleep(0.05)


def members():
    for number in range(len(nodes)):
        becomes(number, 200)
    health = elastic.cluster.health(wait_for_nodes="3", wait_for_status="green", timeout="30s")
    check.equal("health", (health["status"], health["number_of_nodes"]), ("green", 3))
    names = [node["name"] for node in elastic.cat.nodes(format="json", h="name", s="name")]
    check.equal("members", names, ["a", "b", "c"])
    names = {elastic.info()["name"] for _ in range(len(nodes))}
    check.equal("the client asks one node after the other", names, {"a", "b", "c"})


def api_keys():
    for number in range(len(nodes)):
        key = through(number).create_api_key(name=f"several-{number}")
        secret(key["api_key"]), secret(key["encoded"])
        everywhere("a key", 200, api_key=key["encoded"])
        gone = through(number + 1).invalidate_api_key(ids=[key["id"]])
        check.equal("invalidated", gone["invalidated_api_keys"], [key["id"]])
        everywhere("an invalidated key", 401, api_key=key["encoded"])
        again = through(number + 2).invalidate_api_key(ids=[key["id"]])
        check.equal("there is nothing to invalidate", again["invalidated_api_keys"], [])


def users():
    for number in range(len(nodes)):
        name, passwords = f"several-{number}", [secret(f"password-{number}-{turn}") for turn in range(2)]
        first, second = ((name, password) for password in passwords)
        through(number).put_user(username=name, password=passwords[0], roles=[])
        everywhere("a user", 200, basic_auth=first)
        through(number + 1).change_password(username=name, password=passwords[1])
        everywhere("the old password", 401, basic_auth=first)
        everywhere("the new one", 200, basic_auth=second)
        through(number + 2).disable_user(username=name)
        everywhere("a disabled user", 401, basic_auth=second)
        through(number).enable_user(username=name)
        everywhere("an enabled one", 200, basic_auth=second)
        through(number + 1).delete_user(username=name)
        everywhere("a deleted one", 401, basic_auth=second)


def service_tokens():
    for number in range(len(nodes)):
        name = f"several-{number}"
        token = through(number).create_service_token(**ACCOUNT, name=name)["token"]
        bearer = secret(token["value"])
        everywhere("a token", 200, bearer_auth=bearer)
        through(number + 1).delete_service_token(**ACCOUNT, name=name)
        everywhere("a deleted token", 401, bearer_auth=bearer)


def clears():
    key = through(0).create_api_key(name="cached")
    secret(key["api_key"]), secret(key["encoded"])
    token = through(1).create_service_token(**ACCOUNT, name="cached")["token"]
    password = secret("of-somebody-cached")
    through(2).put_user(username="cached", password=password, roles=[])
    bearer = secret(token["value"])
    kinds = (
        ({"api_key": key["encoded"]}, lambda security: security.clear_api_key_cache(ids=key["id"])),
        (
            {"bearer_auth": bearer},
            lambda security: security.clear_cached_service_tokens(**ACCOUNT, name="cached"),
        ),
        (
            {"basic_auth": ("cached", password)},
            lambda security: security.clear_cached_realms(realms="default_native", usernames="cached"),
        ),
    )
    for number, (options, clear) in enumerate(kinds):
        everywhere("cached", 200, **options)
        # The client sends each to whichever node is next.
        for evicted in (1, 0):
            answer = clear(elastic.security)
            check.equal("_nodes", answer["_nodes"], {"total": 3, "successful": 3, "failed": 0})
            told = sorted((node["name"], node["evicted"]) for node in answer["nodes"].values())
            check.equal("evicted", told, [(name, evicted) for name in "abc"])
        everywhere("loaded anew", 200, **options)
    through(0).invalidate_api_key(ids=[key["id"]])
    through(1).delete_service_token(**ACCOUNT, name="cached")
    through(2).delete_user(username="cached")
    for options, _ in kinds:
        everywhere("gone", 401, **options)


def a_node_is_fenced():
    """The last node is cut off: it admits nobody, and whoever has all addresses does not notice."""
    program, last = int(environment("CLUSTER_PID")), len(nodes) - 1
    patient = Elasticsearch(URLS, retry_on_status=(503,), max_retries=len(nodes), **credentials)
    kept, ended = (elastic.security.create_api_key(name=name) for name in ("kept", "ended"))
    for key in (kept, ended):
        secret(key["api_key"]), secret(key["encoded"])
        everywhere("before", 200, api_key=key["encoded"])
    os.kill(program, signal.SIGUSR1)
    becomes(last, 503)
    alone = nodes[last].options(api_key=kept["encoded"]).security.authenticate
    error = check.refused("the node that is cut off", 503, "cluster_block_exception", alone)
    check.true("it says why", "node [c] is fenced" in error["reason"])
    for number in range(ROUNDS * len(nodes)):
        caller = patient.options(api_key=kept["encoded"]).security
        check.equal("the client goes on", caller.authenticate()["api_key"]["id"], kept["id"])
        made = patient.security.create_api_key(name=f"meanwhile-{number}")
        secret(made["api_key"]), secret(made["encoded"])
        gone = patient.security.invalidate_api_key(ids=[made["id"]])
        known = gone["invalidated_api_keys"] + gone["previously_invalidated_api_keys"]
        check.equal("it revokes", known, [made["id"]])
    patient.security.invalidate_api_key(ids=[ended["id"]])
    for _ in range(ROUNDS * len(nodes)):
        call = patient.options(api_key=ended["encoded"]).security.authenticate
        check.refused("what was revoked meanwhile", 401, "security_exception", call)
    check.equal("by each", statuses(api_key=ended["encoded"]), [401, 401, 503])
    os.kill(program, signal.SIGUSR2)
    becomes(last, 200)
    everywhere("what was revoked meanwhile, afterwards", 401, api_key=ended["encoded"])
    everywhere("what was not", 200, api_key=kept["encoded"])
    patient.close()


def main():
    members()
    for step in (walk.users_and_roles, walk.api_keys, walk.keys_outlive_their_owner, walk.service_tokens):
        step()
    role_mappings.run(check, elastic)
    for step in (api_keys, users, service_tokens, clears, a_node_is_fenced):
        step()
    print(f"elasticsearch {elasticsearch.__versionstr__} with {len(nodes)} nodes: {check.count} checks")


if __name__ == "__main__":
    sys.exit(main())
