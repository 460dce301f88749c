"""How the clients of these tests join a federation, with the EdgeClient of the reference."""

import os
import sys
import time

import peer
from scaleout import EdgeClient
from scaleout.client.connect import ClientOptions
from scaleout.client.edge_client import ConnectToApiResult


def join(api, client_id):
    """Joins under the id as its name, with the credential in the variable PEER_TOKEN if there is one."""
    peer.end_with_standard_input()
    client = EdgeClient()
    who = ClientOptions(name=client_id, package="local", client_id=client_id)
    result, answer = client.connect_to_api(api, who.to_json(), os.environ.get("PEER_TOKEN"))
    if result != ConnectToApiResult.Assigned:
        sys.exit(f"no assignment: {result.name} {answer}")
    if not client.init_grpchandler(answer):
        sys.exit("the combiner could not be greeted")
    return client


def until_stopped(client):
    """Looks, as training code does between two batches, whether the task of this thread shall stop, until it shall."""
    while True:
        client.check_task_abort()
        time.sleep(0.02)
