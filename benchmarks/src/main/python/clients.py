"""Reference clients that reach a combiner."""

from scaleout import EdgeClient
from scaleout.client.connect import ClientOptions
from scaleout.client.edge_client import ConnectToApiResult, GrpcConnectionOptions
from scaleout.client.grpc_edge_client_runtime import GrpcEdgeClientRuntime

NAME = "benchmark-python"


def direct(given):
    """The runtime of a client of the combiner at host and port."""
    runtime = GrpcEdgeClientRuntime()
    client = EdgeClient(runtime=runtime)
    client.set_client_id(NAME)
    client.set_name(NAME)
    options = GrpcConnectionOptions(given["host"], int(given["port"]), secure=False)
    assert client.init_grpchandler(options), "the combiner could not be greeted"
    return runtime


def assigned(given):
    """A client that the API has assigned, and its runtime."""
    runtime = GrpcEdgeClientRuntime()
    client = EdgeClient(runtime=runtime)
    who = ClientOptions(name=given["id"], package="local", client_id=given["id"])
    result, answer = client.connect_to_api(given["api"], who.to_json(), given.get("token"))
    assert result == ConnectToApiResult.Assigned, f"no assignment: {result.name} {answer}"
    assert client.init_grpchandler(answer), "the combiner could not be greeted"
    return client, runtime
