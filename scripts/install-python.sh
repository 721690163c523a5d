#!/bin/sh
# Installs what the tests of examples/python need for Debian's own Python: requests and httpx. Does nothing where they are there.
# Where they cannot be installed it says so and goes on: the tests that need them then fail, and say the same.
python=/usr/bin/python3

if [ -x "$python" ] && "$python" -c 'import requests, httpx' 2>/dev/null; then exit 0; fi

as_root=''
if [ "$(id -u)" -ne 0 ]; then as_root='sudo -n'; fi
packages='python3 python3-requests python3-httpx'
install() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages; }

if ! command -v apt-get >/dev/null; then
  echo "bursar: $packages are needed by the tests of examples/python, and there is no apt-get to install them" >&2
elif ! { install || { $as_root apt-get update -q && install; }; } >/tmp/bursar-install-python.$$ 2>&1; then
  cat /tmp/bursar-install-python.$$ >&2
  echo "bursar: $packages could not be installed; the tests of examples/python will fail" >&2
fi
rm -f /tmp/bursar-install-python.$$
exit 0
