# How the scripts call the node and check its answers. What is expected stands in the scripts; they source this.

url=$PORTCULLIS_URL
elastic=(-u "elastic:$PORTCULLIS_PASSWORD")
json=(-H 'Content-Type: application/json')
contains=$(cd "$(dirname "${BASH_SOURCE[0]}")/../requests" && pwd)/contains.py
answers=$PORTCULLIS_SCRATCH/answer
count=0

fail() {
  echo "$*" >&2
  exit 1
}

# secret VALUE: notes a secret of this run, so that the runner can look for it in the log of the node.
secret() {
  printf '%s\n' "$1" >>"$PORTCULLIS_SECRETS"
}

# call STATUS EXPECTED CURL-ARGUMENT…: one request; the status must be STATUS, the body must contain EXPECTED.
call() {
  local status=$1 expected=$2 got found argument target
  shift 2
  # The body of a request may hold a secret: only the address is ever shown.
  for argument; do
    case $argument in "$url"*) target=$argument ;; esac
  done
  got=$(curl --silent --show-error --max-time 60 --dump-header "$answers.head" --output "$answers.body" \
    --write-out '%{http_code}' "$@") || fail "curl $target: no answer"
  if [ "$got" != "$status" ]; then
    # What went well may have made a secret.
    [ "$got" -lt 300 ] || fail "curl $target: $got, expected $status: $(cat "$answers.body")"
    fail "curl $target: $got, expected $status"
  fi
  if [ -n "$expected" ]; then
    found=$(python3 "$contains" "$expected" <"$answers.body") || fail "curl $target: $found"
  fi
  count=$((count + 1))
}

# header LINE: the last answer has this header line, name in any case.
header() {
  tr -d '\r' <"$answers.head" | grep --quiet --ignore-case --fixed-strings --line-regexp -- "$1" ||
    fail "no header line [$1] in: $(cat "$answers.head")"
  count=$((count + 1))
}

# no_header NAME: the last answer has no such header.
no_header() {
  ! grep --quiet --ignore-case "^$1:" "$answers.head" || fail "there is a header [$1]: $(cat "$answers.head")"
  count=$((count + 1))
}

# value KEY…: a value of the last body, found by its keys.
value() {
  python3 -c '
import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    value = value[int(key)] if isinstance(value, list) else value[key]
print(value if isinstance(value, str) else json.dumps(value))' "$answers.body" "$@"
}

# lacks TEXT: the last body does not have this text.
lacks() {
  ! grep --quiet --fixed-strings -- "$1" "$answers.body" || fail "[$1] stands in: $(cat "$answers.body")"
  count=$((count + 1))
}
