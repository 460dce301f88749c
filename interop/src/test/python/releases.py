"""What the installed release of the reference client knows, as JSON: the methods of its generated code and its types of tasks."""

import json

import scaleoututil.grpc.scaleout_pb2 as messages
from scaleoututil.grpc.tasktype import TaskType


def enrolls():
    try:
        from scaleout.cli.client_cmd import enroll_client  # noqa: F401
    except ImportError:
        return False
    return True


def main():
    services = messages.DESCRIPTOR.services_by_name.values()
    known = {
        "calls": [method.name for service in services for method in service.methods],
        "types": [kind.value for kind in TaskType],
        "enrolls": enrolls(),
    }
    print(json.dumps(known))


if __name__ == "__main__":
    main()
