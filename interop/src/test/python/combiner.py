"""A combiner and its API that lead each client through the steps of a file and record what the client sends.

    combiner.py STEPS

All messages are taken in and parsed by the generated code and the model classes of the reference, in whichever release is
installed. Several clients can be there at a time; each has its own recording. Standard output tells the ports, as JSON.

The steps are those of steps.py. GET /recording?client=ID gives what was recorded.
"""

import base64
import hashlib
import io
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import grpc
import numpy as np
from google.protobuf.json_format import MessageToDict
from google.protobuf.unknown_fields import UnknownFieldSet

import peer
import scaleoututil.grpc.scaleout_pb2 as messages
import scaleoututil.grpc.scaleout_pb2_grpc as services
from scaleoututil.helpers.helpers import get_helper
from scaleoututil.utils.model import ScaleoutModel
from steps import Recorder

HELPER = get_helper("numpyhelper")

# The first generation has no containers.
KNOWS_CONTAINERS = hasattr(ScaleoutModel, "to_builder")

JSON_TEXTS = {"meta", "config", "data", "payload", "parameters", "response"}
CLIENT_ID = re.compile(r"client-[a-z]+")
CHUNK_SIZE = 1 << 20


def parsed(value, key=""):
    """The texts that hold JSON, parsed; NaN and infinities, which are no JSON, become texts."""
    if isinstance(value, dict):
        return {name: parsed(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [parsed(item) for item in value]
    if key in JSON_TEXTS and isinstance(value, str) and value:
        try:
            return parsed(json.loads(value, parse_constant=str))
        except json.JSONDecodeError:
            return {"not JSON": value}
    return value


def fields(message):
    """What a message holds: each field that is present, and the numbers of those that this release does not know."""
    known = parsed(MessageToDict(message, preserving_proto_field_name=True))
    unknown = list(unknown_numbers(message))
    return {**known, "unknown fields": unknown} if unknown else known


def unknown_numbers(message):
    yield from (field.field_number for field in UnknownFieldSet(message))
    for field, value in message.ListFields():
        if field.message_type is not None:
            for item in [value] if hasattr(value, "ListFields") else value:
                yield from unknown_numbers(item)


class Combiner(services.CombinerClientServicer):
    def __init__(self, recorder):
        self.recorder = recorder

    def Announce(self, request, context):
        self.recorder.call("Announce", context, fields(request))
        return messages.Response(response="welcome", parameters=json.dumps({"success": True, "version": "any"}))

    def PollAndReportAsync(self, request, context):
        self.recorder.call("PollAndReportAsync", context, fields(request))
        tasks = self.recorder.poll(request.client_id, request.reports)
        known = [
            messages.TaskRequest(correlation_id=report.correlation_id, type=report.command_type, data=report.parameters, status=report.status)
            for report in request.reports
            if report.HasField("command_type") and not report.done
        ]
        return messages.CombinerDirective(tasks=tasks + known)

    def TaskStream(self, request, context):
        self.recorder.call("TaskStream", context, fields(request))
        while context.is_active():
            yield from self.recorder.pushed(request.client_id)

    def PollAndReport(self, request, context):
        self.recorder.call("PollAndReport", context, fields(request))
        tasks = self.recorder.poll(request.node_id, [request])
        return tasks[0] if tasks else messages.TaskRequest()


def unary(rpc):
    def answer(self, request, context):
        message = fields(request)
        if rpc == "SendModelUpdate" and request.correlation_id.endswith("-answered-late.task"):
            message["end reported before the answer"] = self.recorder.await_end(request.client_id)
        self.recorder.call(rpc, context, message)
        if rpc == "SendModelValidation" and request.correlation_id.endswith("-refused.task"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "refused")
        return messages.Response(response="received")

    return answer


def stream(rpc, id_field):
    def answer(self, requests, context):
        for request in requests:
            self.recorder.call(rpc, context, fields(request))
            yield messages.RecordAck(record_ids=[getattr(request, id_field)])

    return answer


for name in [
    "SendModelUpdate",
    "SendModelValidation",
    "SendModelPrediction",
    "SendModelMetric",
    "SendAttributeMessage",
    "SendTelemetryMessage",
    "SendBacklogReport",
    "SendStatus",
    "SendHeartbeat",
]:
    setattr(Combiner, name, unary(name))
for name, id_field in [
    ("StreamTelemetryRecord", "telemetry_id"),
    ("StreamAttributeRecord", "attribute_id"),
    ("StreamInferenceResult", "inference_result_id"),
]:
    setattr(Combiner, name, stream(name, id_field))


class Models(services.ModelServiceServicer):
    def __init__(self, recorder):
        self.recorder = recorder

    def Download(self, request, context):
        self.recorder.call("Download", context, fields(request))
        scenario = request.model_id.split(".")[0]
        if scenario.endswith("-lost"):
            context.abort(grpc.StatusCode.NOT_FOUND, "no such model")
        data = model_bytes(request.model_id, scenario.endswith("-bare"))
        if not scenario.endswith(("-unchecked", "-bare")):
            context.set_trailing_metadata((("checksum", hashlib.sha256(data).hexdigest()),))
        for start in range(0, len(data), CHUNK_SIZE):
            yield messages.FileChunk(data=data[start : start + CHUNK_SIZE])

    def Upload(self, requests, context):
        chunks = [request.data for request in requests]
        data = b"".join(chunks)
        metadata = dict(context.invocation_metadata())
        described = describe(data)
        described["checksum"] = "right" if metadata["checksum"] == hashlib.sha256(data).hexdigest() else "wrong"
        described["chunks"] = "within the limit" if max(map(len, chunks)) <= CHUNK_SIZE else "too large"
        step, is_first = self.recorder.step_of_upload(context)
        self.recorder.call("Upload", context, described, step=step)
        status = messages.FAILED if step.endswith("-stored-late") and is_first else messages.OK
        return messages.ModelResponse(status=status, message="as the step wants")


def model_bytes(model_id, bare):
    arrays = [np.array([1.5, -2.0], np.float32)]
    if bare or not KNOWS_CONTAINERS:
        npz = io.BytesIO()
        HELPER.save(arrays, npz)
        return npz.getvalue()
    built = ScaleoutModel.from_training_model(arrays, HELPER).to_builder().set_model_id(model_id).build()
    return b"".join(chunk.data for chunk in built.get_filechunk_stream())


def describe(data):
    """What the reference sees in an uploaded model."""
    model = ScaleoutModel.from_stream(io.BytesIO(data))
    if KNOWS_CONTAINERS:
        arrays = model.get_training_model()
        described = {"model_id": model.model_id, "metadata": model.metadata}
    else:
        arrays = model.get_model_params(HELPER)
        described = {}
    described["arrays"] = [{"type": array.dtype.name, "values": array.tolist()} for array in arrays]
    return described


def refresh_token(kind, client_id):
    """The refresh token that a call answers. One for enrolled clients tells whose it is; others tell nothing."""
    if kind == "refresh":
        return f"refresh-of-{kind}-{client_id}"
    parts = [{"alg": "HS256"}, {"role": "client_refresh", "sub": client_id}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, client_id])


def api(recorder, combiner_port):
    """The handler of the calls that lead to an assignment."""

    class Api(BaseHTTPRequestHandler):
        def do_GET(self):
            url = urlsplit(self.path)
            self.answer(recorder.recording(parse_qs(url.query)["client"][0]))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            client_id = CLIENT_ID.search(body + self.headers.get("Authorization", "")).group()
            headers = {key: self.headers[key] for key in ("Authorization", "Content-Type") if key in self.headers}
            recorder.add(client_id, "POST " + self.path, headers=headers, message=json.loads(body))
            if self.path.endswith("/clients/add"):
                self.answer(
                    {
                        "status": "assigned",
                        "client_id": client_id,
                        "public_hostname": "127.0.0.1",
                        "internal_hostname": "127.0.0.1",
                        "port": combiner_port,
                        "package": "local",
                        "helper_type": "numpyhelper",
                        "grpc_secure": False,
                    }
                )
            else:
                kind = self.path.rsplit("/", 1)[1]
                self.answer(
                    {
                        "client_id": client_id,
                        "access_token": f"access-of-{kind}-{client_id}",
                        "refresh_token": refresh_token(kind, client_id),
                        "expires_in": 3600,
                    }
                )

        def answer(self, value):
            data = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format, *arguments):
            pass

    return Api


class UnknownMethods(grpc.ServerInterceptor):
    """Records calls of methods that this release does not have."""

    def __init__(self, recorder):
        self.recorder = recorder

    def intercept_service(self, continuation, details):
        handler = continuation(details)
        if handler is None:
            metadata = dict(details.invocation_metadata)
            self.recorder.add(metadata.get("client-id", ""), "unknown " + details.method, metadata=metadata, message={})
        return handler


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        recorder = Recorder(json.load(file))
    peer.end_with_standard_input()
    # Each open stream holds one of the threads.
    server = grpc.server(ThreadPoolExecutor(max_workers=32), interceptors=[UnknownMethods(recorder)])
    services.add_CombinerClientServicer_to_server(Combiner(recorder), server)
    services.add_ModelServiceServicer_to_server(Models(recorder), server)
    combiner_port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    rest = ThreadingHTTPServer(("127.0.0.1", 0), api(recorder, combiner_port))
    print(json.dumps({"api": f"http://127.0.0.1:{rest.server_port}"}), flush=True)
    rest.serve_forever()


if __name__ == "__main__":
    main()
