"""The server is told to end: what was begun is answered, nobody new is let in, and it goes."""

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from inspect_app.web import serving

# Answers `/` at once and `/slow` when a line comes in; says its port first, and when it has begun with the slow one.
PROGRAM = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
from waitress import create_server

spec = spec_from_file_location("serving", sys.argv[1])  # by itself: the whole program takes seconds to load
serving = module_from_spec(spec)
spec.loader.exec_module(serving)

def app(environ, start):
    if environ["PATH_INFO"] == "/slow":
        print("begun", flush=True)
        sys.stdin.readline()
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"answered " * 100_000]

server = create_server(app, host="127.0.0.1", port=0, threads=4)
print(server.effective_port, flush=True)
serving.serve(server)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send to another process")
def test_what_was_begun_is_answered_and_nobody_new_is_let_in():
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, serving.__file__], stdin=pipe, stdout=pipe, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        port = int(server.stdout.readline())
        address = f"http://127.0.0.1:{port}"
        with ThreadPoolExecutor(1) as pool, requests.Session() as idle, socket.create_connection(("127.0.0.1", port)):
            assert idle.get(address, timeout=20).status_code == 200
            slow = pool.submit(requests.get, f"{address}/slow", timeout=20)
            assert server.stdout.readline() == "begun\n"
            server.send_signal(signal.SIGTERM)
            while True:  # until it has heard
                try:
                    requests.get(address, timeout=20)
                except requests.ConnectionError:
                    break
            server.stdin.write("go on\n")
            server.stdin.flush()
            assert slow.result().text == "answered " * 100_000
            assert server.wait(timeout=20) == 0
