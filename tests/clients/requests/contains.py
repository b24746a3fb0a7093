"""Whether a JSON value contains another one: objects may have more keys, everything else must be equal.

The expected text `<any>` stands for any text. As a program: `contains.py EXPECTED < actual`.
"""

import json
import sys

ANY = "<any>"


def difference(actual, expected, place="body"):
    """The first place where `actual` does not contain `expected`, or None."""
    if expected == ANY and isinstance(actual, str):
        return None
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if key not in actual:
                return f"{place} has no [{key}], only {sorted(actual)}"
            found = difference(actual[key], value, f"{place}.{key}")
            if found:
                return found
        return None
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(actual, expected))
        found = (difference(left, right, f"{place}[{index}]") for index, (left, right) in pairs)
        return next((text for text in found if text), None)
    if type(actual) is type(expected) and actual == expected:
        return None
    return f"{place} is {json.dumps(actual)}, expected {json.dumps(expected)}"


def main():
    found = difference(json.load(sys.stdin), json.loads(sys.argv[1]))
    if found:
        print(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
