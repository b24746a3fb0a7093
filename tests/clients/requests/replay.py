"""Sends the requests of a file, byte for byte as a client sends them, and checks each answer.

For clients whose language is not installed. A file has `sends`, the headers that the client puts on every request,
and `requests`: `does`, `method`, `path` (as it stands on the wire), `headers` beside those, `status` and what `body` must
contain. A header may name the credentials with `{elastic}` (the value of Authorization for the user elastic) and
what an earlier request kept: `keep` names a value of the answer, a dot between its keys.
"""

import base64
import http.client
import json
import os
import sys
from urllib.parse import urlsplit

from contains import difference


def exchange(request, headers):
    """One request on a connection of its own; nothing is added to it but Host. Status, headers and body."""
    address = urlsplit(os.environ["PORTCULLIS_URL"]).netloc
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.putrequest(request["method"], request["path"], skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, answer, json.loads(text) if text else None


def kept(body, path):
    for key in path.split("."):
        body = body[key]
    return body


def fill(text, values):
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        script = json.load(file)
    password = os.environ["PORTCULLIS_PASSWORD"]
    values = {"elastic": "Basic " + base64.b64encode(f"elastic:{password}".encode()).decode()}
    for request in script["requests"]:
        does = request["does"]
        headers = {**script["sends"], **request.get("headers", {})}
        headers = {name: fill(value, values) for name, value in headers.items()}
        status, answer, body = exchange(request, headers)
        if status != request["status"]:
            sys.exit(f"{does}: {request['method']} {request['path']}: {status}, expected {request['status']}: {body}")
        if status < 300 and answer.getheader("X-elastic-product") != "Elasticsearch":
            sys.exit(f"{does}: the answer does not name the product, which the client checks")
        found = difference(body, request["body"])
        if found:
            sys.exit(f"{does}: {request['method']} {request['path']}: {found}")
        for name, path in request.get("keep", {}).items():
            values[name] = kept(body, path)
            with open(os.environ["PORTCULLIS_SECRETS"], "a", encoding="utf-8") as file:
                file.write(values[name] + "\n")
    print(f"{script['client']}: {len(script['requests'])} requests")


if __name__ == "__main__":
    main()
