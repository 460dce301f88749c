"""Tells on standard output, as JSON, what the reference makes of settings files and of this process's environment.

    reference_configuration.py resolve FILE...           what `client start --init` makes of each file, and of the environment
    reference_configuration.py enroll API TOKEN FOLDER   has `client enroll` and `client get-config` write files to a folder, and
                                                         tells what `client start --init` makes of them

Commands and constructors are the reference's own; they are stopped just before they open a connection.
"""

import json
import sys
from pathlib import Path

import grpc
from click.testing import CliRunner

from scaleout.cli import main as cli
from scaleout.client import grpc_edge_client_runtime
from scaleout.client.grpc_edge_client_runtime import GrpcEdgeClientRuntime
from scaleout.client.grpc_handler import GrpcHandler
from scaleout.client.importer_client import ImporterClient
from scaleoututil.auth.token_cache import TokenCache
from scaleoututil.utils.url import assemble_endpoint_url

COMMANDS = sys.modules["scaleout.cli.client_cmd"]

started = []
token_folders = []


class WatchedTokenCache(TokenCache):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        token_folders.append(str(self.cache_dir))


COMMANDS.TokenCache = WatchedTokenCache
ImporterClient.start = lambda client: started.append(client)


def run(*arguments):
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    if result.exit_code:
        sys.exit(f"{arguments}: {result.output}")


def resolve(path):
    started.clear()
    run("client", "start", "--init", str(path))
    (client,) = started
    who = client.client_obj.to_json()
    return {
        "endpoint": assemble_endpoint_url(client.fedn_api_url, "api/v1/clients/add"),
        "client_id": who["client_id"],
        "name": who["name"],
        "preferred_combiner": who["preferred_combiner"],
        "combiner": f"{client.combiner_host}:{client.combiner_port}" if client.combiner_host else None,
        "token": client.refresh_token,
    }


def channel(assigned):
    """Whether the combiner is reached by TLS when an assignment says so, and with whose certificates."""
    seen = {"tls": False, "root_cert": None}

    def credentials(root_certificates=None):
        seen["tls"] = True
        seen["root_cert"] = root_certificates and root_certificates.decode()

    grpc.ssl_channel_credentials = credentials
    grpc.secure_channel = grpc.insecure_channel = lambda *args, **kwargs: None
    handler = object.__new__(GrpcHandler)
    handler.secure = assigned
    handler._init_channel("combiner", 12080)
    return seen


def environment():
    runtime = GrpcEdgeClientRuntime()
    channels = {str(assigned).lower(): channel(assigned) for assigned in (None, False, True)}
    return {
        "poll_interval": runtime.task_receiver.polling_interval,
        "task_statuses": grpc_edge_client_runtime.SCALEOUT_CLIENT_STATUS_REPORTING,
        "node_telemetry": grpc_edge_client_runtime.SCALEOUT_CLIENT_SEND_TELEMETRY,
        "legacy_telemetry": runtime._use_legacy_telemetry,
        "tls": {assigned: seen["tls"] for assigned, seen in channels.items()},
        "root_cert": channels["true"]["root_cert"],
        "persist_tokens": bool(token_folders),
        "token_dir": token_folders[-1] if token_folders else None,
        "token": COMMANDS.complement_with_context(None, None, None, None)[1],
    }


def enroll(api, token, folder):
    run("client", "enroll", "--api-url", api, "--enrollment-token", token, "--name", "clinic", "--client-id", "device-1", "--config-dir", folder)
    run("client", "get-config", "--name", "bulk", "--group", "2", "--protocol", "https", "--host", "edge.example.com", "--port", "8443", "--path", folder)
    return sorted(Path(folder).glob("*.yaml"))


def main():
    command, *arguments = sys.argv[1:]
    files = enroll(*arguments) if command == "enroll" else [Path(argument) for argument in arguments]
    resolved = {path.name: resolve(path) for path in files}
    json.dump({"files": resolved, "environment": environment()}, sys.stdout)


if __name__ == "__main__":
    main()
