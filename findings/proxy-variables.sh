#!/usr/bin/env bash
# One would guess that the proxy variables of the environment hold for a whole program. requests and grpcio read different ones and read
# them differently, so one Python process reaches a REST API and a gRPC server of the same host by different ways:
# - HTTP_PROXY, all_proxy, and a proxy without "http://" (which grpcio logs) hold for requests alone
# - https_proxy holds for grpcio, also without TLS, and for requests only with https:
# - NO_PROXY, and no_proxy=*, end the proxy for requests alone
# Names in small letters with a scheme, and hosts or networks in no_proxy, mean the same to both.
# Seen with requests 2.34.2 and grpcio 1.84.0.
#
# A Python client of Scaleout Edge then gets its assignment and never reaches the combiner, or the reverse. grpc-java reads none of these
# variables: a Java client beside it behaves in a third way, and must be told its proxy.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet requests==2.34.2 grpcio==1.84.0

cat > "$work/client.py" <<'PYTHON'
import sys

import grpc
import requests

rest, combiner = sys.argv[1:]
assert requests.get(f"http://{rest}/", timeout=10).text == "hello"
with grpc.insecure_channel(combiner) as channel:
    assert channel.unary_unary("/finding.Service/Call")(b"", timeout=10) == b"hello"
PYTHON

cat > "$work/servers.py" <<'PYTHON'
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc

through_proxy = set()


class Rest(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *arguments):
        pass


class Proxy(Rest):
    """Answers GET itself, and connects CONNECT."""

    def do_GET(self):
        through_proxy.add("requests")
        super().do_GET()

    def do_CONNECT(self):
        through_proxy.add("grpcio")
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as server:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=self.pump, args=(server, self.connection))
            back.start()
            self.pump(self.connection, server)
            back.join()
        self.close_connection = True

    @staticmethod
    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def serve(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_port}"


call = grpc.unary_unary_rpc_method_handler(lambda request, context: b"hello")
grpc_server = grpc.server(ThreadPoolExecutor(2))
grpc_server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("finding.Service", {"Call": call})])
combiner = f"127.0.0.1:{grpc_server.add_insecure_port('127.0.0.1:0')}"
grpc_server.start()
rest, proxy = serve(Rest), serve(Proxy)
url = f"http://{proxy}"

for variables, expected in [
    ({}, set()),
    ({"http_proxy": url}, {"requests", "grpcio"}),
    ({"HTTP_PROXY": url}, {"requests"}),
    ({"https_proxy": url}, {"grpcio"}),
    ({"all_proxy": url}, {"requests"}),
    ({"http_proxy": proxy}, {"requests"}),
    ({"http_proxy": url, "no_proxy": "127.0.0.0/8"}, set()),
    ({"http_proxy": url, "NO_PROXY": "127.0.0.1"}, {"grpcio"}),
    ({"http_proxy": url, "no_proxy": "*"}, {"grpcio"}),
]:
    through_proxy.clear()
    others = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    subprocess.run([sys.executable, sys.argv[1], rest, combiner], env=others | variables, check=True)
    shown = ", ".join(f"{name}={value.replace(proxy, 'PROXY')}" for name, value in variables.items())
    print(f"{shown or 'no variable'}: by the proxy went {sorted(through_proxy) or 'nothing'}")
    assert through_proxy == expected, f"changed: expected {sorted(expected)}"
grpc_server.stop(0)
PYTHON
"$work/venv/bin/python" "$work/servers.py" "$work/client.py"
