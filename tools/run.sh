#!/usr/bin/env bash
# What `make run` does once the program is built: tools/run.sh PROGRAM DATA HOST:PORT
#
# The demo workspace and its models are made once, in a folder beside DATA that takes its name only when it is complete,
# so an interrupted first run leaves nothing that looks finished. The program then takes this shell's place: Ctrl-C
# reaches it directly, and its exit status is the run's.
set -euo pipefail
program="$1" data="$2" listen="$3"
host="${listen%:*}" port="${listen##*:}"

stop() {
  printf 'run: %s\n' "$@" >&2
  exit 1
}

[[ "$port" =~ ^[0-9]+$ && -n "$host" && "$host" != "$listen" ]] || stop "LISTEN is HOST:PORT, and '$listen' is not."
dial_host="$host"
case "$host" in 0.0.0.0 | '[::]' | '*') dial_host=127.0.0.1 ;; esac
dial_host="${dial_host#[}" dial_host="${dial_host%]}"

port_answers() { (exec 3<>"/dev/tcp/$dial_host/$port") 2>/dev/null; }

if port_answers; then
  stop "something answers on $listen already." \
    "If it is an earlier 'make run', use that one or end it with Ctrl-C; otherwise choose: make run LISTEN=127.0.0.1:8001"
fi

if [ ! -d "$data" ]; then
  mkdir -p "$(dirname "$data")"
  # One maker at a time: a second `make run` waits here and then finds the workspace made.
  exec 9>"$data.lock"
  flock 9
  if [ ! -d "$data" ]; then
    rm -rf "$data.part"
    echo "run: making a demo workspace in $data (once)"
    "$program" demo --data "$data.part"
    echo "run: training the three models on it (once)"
    "$program" train all --data "$data.part"
    mv -T "$data.part" "$data"
  fi
  exec 9>&-
  rm -f "$data.lock"
fi

token="$("$program" token create --data "$data" --role admin --ttl 24h)"
url="http://${host/#0.0.0.0/localhost}:$port"
[ "$host" = 127.0.0.1 ] && url="http://localhost:$port"

# The first line of the answer to GET $1, or nothing.
status_of() {
  {
    exec 3<>"/dev/tcp/$dial_host/$port" || return 0
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
    local line=""
    read -r -t 5 line <&3 || true
    printf '%s' "$line"
  } 2>/dev/null
}

# Waits for the server, which will have this shell's process id, and says how to talk to it.
announce() {
  for _ in $(seq 600); do
    kill -0 $$ 2>/dev/null || return 0
    [[ "$(status_of /readyz)" == *" 200 "* ]] && break
    sleep 0.1
  done
  kill -0 $$ 2>/dev/null || return 0
  cat <<TEXT

Rapport is ready at $url

  pages     $url/docs
            $url/openapi.json
            $url/metrics
  token     $token
            (administrator of this workspace, for 24 hours; rapport token create makes more)
  try       curl -s $url/api/v1/ml/sentiment/analyze -H 'Authorization: Bearer $token' -H 'Content-Type: application/json' -d '{"text":"Thank you so much! This product is amazing!"}'
            curl -s $url/api/v1/ml/models/lead-scoring/predict -H 'Authorization: Bearer $token' -H 'Content-Type: application/json' -d '{"lead_data":{"response_rate":0.85,"avg_response_time_minutes":15.5,"messages_received":12,"question_count":4,"price_inquiry_count":2}}'
  stop      Ctrl-C

TEXT
}
announce &

# The engine's threads sleep when they have waited some microseconds for each other.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}" GOMP_SPINCOUNT="${GOMP_SPINCOUNT:-10000}"
exec "$program" serve --data "$data" --listen "$listen"
