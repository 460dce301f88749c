"""How a client is led from step to step, and what it has sent on the way.

A step is a JSON object; all but its name may be absent:

    name     names the scenario; its task is called NAME.task, its session NAME.session, its model NAME.model
    type     of the task; without it nothing is sent
    model    the id of another model, or null for none
    data     of the task, as an object or as a text
    status   of the task
    stop     INTERRUPTED or TIMEOUT: what the client is told once the task runs and its first metric is there
    times    how often the task stands in the one answer
    own      how many tasks of its own the client will have reported before the next step
    await    a call that must have been made before the next step
    until    the calls that must have been made since the task was pushed before the next step; of status lines, with the level

A step is over when its task was reported done after it was sent; pushed tasks are not reported. How a name ends tells what else happens to its scenario:

    -lost           the model is not found
    -unchecked      the model comes without a checksum
    -bare           the model comes as parameters without a container, and without a checksum
    -stored-late    the first upload is answered FAILED
    -refused        validations are answered INVALID_ARGUMENT
    -answered-late  model updates are answered only once the end of their task was told, or after some polls
"""

import json
import threading

import scaleoututil.grpc.scaleout_pb2 as messages

# More than any deadline; a call without one has centuries left.
FAR_SECONDS = 1e6

# So many polls without the end of a task show that the client does not tell it yet, however slow the machine is.
POLLS_THAT_WOULD_TELL = 5

# For a client that no longer polls.
LONGEST_WAIT_SECONDS = 60

# How often a stream of tasks looks whether its client is still there.
PUSH_SECONDS = 0.5


class Client:
    """How far a client has come, and what it has sent."""

    def __init__(self, steps):
        self.steps = steps
        self.step = 0
        self.sent = False
        self.stopped = False
        self.done = False
        self.polls = 0
        self.own = set()
        self.own_done = set()
        self.rpcs = set()
        self.calls_since_sent = set()
        self.metrics = set()
        self.calls = []

    def current(self):
        return self.steps[self.step] if self.step < len(self.steps) else None

    def take(self, reports):
        """Takes in the reports of a poll, and says whether the task of this step runs."""
        step = self.current()
        running = False
        for report in reports:
            if getattr(report, "command_type", ""):
                self.own.add(report.correlation_id)
            if report.correlation_id in self.own:
                self.own_done.update([report.correlation_id] if report.done else [])
            elif step and self.sent and report.correlation_id == step["name"] + ".task":
                self.done |= report.done
                running |= report.status == "RUNNING"
        return running

    def directive(self, running):
        """The tasks that a poll is answered with."""
        step = self.current()
        if step and self.sent and self.over(step):
            self.step += 1
            self.sent = self.stopped = self.done = False
            step = self.current()
        if step is None:
            return []
        if not self.sent:
            self.sent = True
            self.calls_since_sent.clear()
            return [task(step)] * step.get("times", 1) if "type" in step else []
        if "stop" in step and running and not self.stopped and step["name"] + ".session" in self.metrics:
            self.stopped = True
            return [task(step, step["stop"])]
        return []

    def over(self, step):
        return (
            (self.done or "type" not in step or "until" in step)
            and self.calls_since_sent.issuperset(step.get("until", []))
            and len(self.own_done) >= step.get("own", 0)
            and step.get("await", "Announce") in self.rpcs
        )


def task(step, status=None):
    name = step["name"]
    data = step.get("data", "")
    model = step.get("model", name + ".model")
    return messages.TaskRequest(
        correlation_id=name + ".task",
        type=step["type"],
        model_id=model or "",
        session_id=name + ".session",
        round_id="1",
        data=data if isinstance(data, str) else json.dumps(data),
        status=status if status is not None else step.get("status", ""),
        timestamp="2026-11-24 14:19:21.000000",
    )


class Recorder:
    """All clients."""

    def __init__(self, steps):
        self.steps = steps
        self.clients = {}
        self.lock = threading.Condition()

    def client(self, client_id):
        return self.clients.setdefault(client_id, Client(self.steps))

    def call(self, rpc, context, message, **more):
        metadata = {key: value for key, value in context.invocation_metadata() if key != "user-agent"}
        deadline = context.time_remaining() < FAR_SECONDS
        self.add(metadata.get("client-id", ""), rpc, metadata=metadata, deadline=deadline, message=message, **more)

    def add(self, client_id, rpc, **entry):
        with self.lock:
            client = self.client(client_id)
            client.rpcs.add(rpc)
            level = entry["message"].get("log_level")
            client.calls_since_sent.add(f"{rpc} {level}" if level else rpc)
            if rpc == "SendModelMetric":
                client.metrics.add(entry["message"].get("session_id"))
            client.calls.append({"rpc": rpc, **entry})
            self.lock.notify_all()

    def step_of_upload(self, context):
        """The name of the step that the caller is at, and whether this is its first upload.

        Steps of pushed tasks may be over before their uploads: there, it is the step whose model was downloaded last.
        """
        with self.lock:
            client = self.client(dict(context.invocation_metadata())["client-id"])
            name = client.current()["name"]
            if "until" in client.current() or "type" not in client.current():
                downloads = [call["message"]["model_id"] for call in client.calls if call["rpc"] == "Download"]
                name = downloads[-1].split(".")[0]
            return name, not any(call["rpc"] == "Upload" and call["step"] == name for call in client.calls)

    def poll(self, client_id, reports):
        with self.lock:
            client = self.client(client_id)
            client.polls += 1
            tasks = client.directive(client.take(reports))
            self.lock.notify_all()
            return tasks

    def pushed(self, client_id):
        """The next tasks for a client that waits for them, or none for now."""
        with self.lock:
            client = self.client(client_id)
            tasks = client.directive(running=False)
            if not tasks:
                self.lock.wait(PUSH_SECONDS)
            return tasks

    def await_end(self, client_id):
        """Waits until a poll tells that the task of this step has ended, or several do not, and says whether it was told."""
        with self.lock:
            client = self.client(client_id)
            step = client.step
            enough = client.polls + POLLS_THAT_WOULD_TELL
            self.lock.wait_for(lambda: client.step > step or client.polls >= enough, LONGEST_WAIT_SECONDS)
            return client.step > step

    def recording(self, client_id):
        with self.lock:
            client = self.client(client_id)
            return {"finished": client.current() is None, "calls": list(client.calls)}
