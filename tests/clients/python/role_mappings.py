"""Role mappings with the official Python client: what was put is given back, and what is refused names its place.

Whom they give roles to is not shown here: that takes a directory.
"""

from elasticsearch import ApiError

from checks import secret


def run(check, elastic):
    put_get_and_delete(check, elastic.security)
    templates(check, elastic.security)
    refusals(check, elastic.security)
    privileges(check, elastic)


def put_get_and_delete(check, security):
    mapping = {
        "enabled": True,
        "roles": ["admins"],
        "rules": {
            "all": [
                {"any": [{"field": {"groups": ["cn=admins,dc=tests", "*,ou=ops,dc=tests"]}}, {"field": {"dn": "*"}}]},
                {"except": {"field": {"metadata.terminated": None}}},
            ]
        },
        "metadata": {"version": 1},
    }
    for name in ("mapping1", "my mapping", "abbilden/für ü"):
        put = security.put_role_mapping(name=name, refresh=True, **mapping)
        check.equal("put role mapping", put, {"role_mapping": {"created": True}})
        again = security.put_role_mapping(name=name, **mapping)
        check.equal("put it again", again, {"role_mapping": {"created": False}})
        got = security.get_role_mapping(name=name)
        check.equal("get role mapping", got, {name: mapping})
        check.equal("the order of its fields", " ".join(got[name]), "enabled roles rules metadata")
    two = security.get_role_mapping(name=["my mapping", "nobody", "mapping1"])
    check.equal("a list", sorted(two.body), ["mapping1", "my mapping"])
    check.equal("all", len(security.get_role_mapping().body), 3)
    for name in ("mapping1", "my mapping", "abbilden/für ü"):
        check.equal("delete", security.delete_role_mapping(name=name), {"found": True})
    absent(check, lambda: security.delete_role_mapping(name="mapping1"), {"found": False})
    absent(check, lambda: security.get_role_mapping(name="mapping1"), {})
    check.equal("none is left", security.get_role_mapping(), {})


def absent(check, call, expected):
    try:
        call()
    except ApiError as error:
        check.equal("what is not there", (error.meta.status, error.body), (404, expected))
        return
    raise SystemExit("what is not there was answered with 2xx")


def templates(check, security):
    """A template comes back as a text, whether it was sent as one or as an object."""
    for sent in ({"source": "of-{{username}}"}, '{"source":"of-{{username}}"}'):
        security.put_role_mapping(
            name="templated", enabled=True, role_templates=[{"template": sent}], rules={"field": {"username": "*"}}
        )
        shown = security.get_role_mapping(name="templated")["templated"]
        expected = [{"template": '{"source":"of-{{username}}"}', "format": "string"}]
        check.equal("role_templates", shown["role_templates"], expected)
        check.true("there are no roles beside them", "roles" not in shown)
        again = security.put_role_mapping(name="templated", **shown)
        check.equal("what was given back can be put", again, {"role_mapping": {"created": False}})
    security.delete_role_mapping(name="templated")


def refusals(check, security):
    def put(**changed):
        body = {"enabled": True, "roles": ["r"], "rules": {"any": []}, **changed}
        return lambda: security.put_role_mapping(name="wrong", **{key: it for key, it in body.items() if it is not None})

    kind = "action_request_validation_exception"
    reason = "Validation Failed: 1: metadata keys may not start with [_];"
    check.refused("a reserved key", 400, kind, put(metadata={"_a": 1}), reason)
    reason = "failed to parse role-mapping [wrong]. missing field [rules]"
    check.refused("no rules", 400, "parse_exception", put(rules=None), reason)
    error = check.refused("a wrong rule", 400, "x_content_parse_exception", put(rules={"field": {"dn": {"a": "b"}}}))
    reason = "failed to parse rules expression. expected a field value but found [START_OBJECT] instead"
    check.equal("its cause", error["caused_by"], {"type": "parse_exception", "reason": reason})
    absent(check, lambda: security.get_role_mapping(name="wrong"), {})


def privileges(check, elastic):
    """`read_security` may look and not write."""
    password = secret("mapping-reader-password")
    elastic.security.put_role(name="mapping-reader", cluster=["read_security"])
    elastic.security.put_user(username="mapping-reader", password=password, roles=["mapping-reader"])
    reader = elastic.options(basic_auth=("mapping-reader", password)).security
    check.equal("read_security looks", reader.get_role_mapping(), {})
    reason = (
        "action [cluster:admin/xpack/security/role_mapping/delete] is unauthorized for user [mapping-reader]"
        " with effective roles [mapping-reader], this action is granted by the cluster privileges"
        " [manage_security,all]"
    )
    delete = lambda: reader.delete_role_mapping(name="x")
    check.refused("and does not write", 403, "security_exception", delete, reason)
