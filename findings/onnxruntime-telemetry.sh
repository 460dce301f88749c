#!/usr/bin/env bash
# One would guess that a library that runs models on the machine's own data tells nobody about them, and that setTelemetry(false) would see
# to it. Since release 1.29.0, ONNX Runtime for Linux keeps a lasting device id in the user's cache and writes events beside it that wait
# to be sent to its maker. They hold the names of the model's file, graph and producer, and the metadata that whoever exported the model
# put in. setTelemetry(false), called at once, keeps these out, and still leaves the id. ORT_DISABLE_TELEMETRY=1 in the environment
# prevents all of it. So does CI: a test in CI sees nothing. Release 1.28.0 writes nothing.
# Seen with ONNX Runtime 1.29.0 and 1.28.0 for Java on Linux x86-64; the sending itself is read in microsoft/onnxruntime#27379, not seen.
#
# Whoever joins a federation so that nothing but model updates leaves the house, and evaluates them with ONNX Runtime, has the model's
# names and metadata queued for a third party without a line in the log. Here a proxy that is not there keeps them in.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnx==1.23.2
for release in 1.28.0 1.29.0; do
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="com.microsoft.onnxruntime:onnxruntime:$release" -DoutputDirectory="$work/lib"
done

"$work/venv/bin/python" - "$work/file-name.onnx" <<'PYTHON'
import sys

from onnx import TensorProto, helper, save

graph = helper.make_graph(
    [helper.make_node("Add", ["x", "w"], ["y"])],
    "graph-name",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])],
    [helper.make_tensor("w", TensorProto.FLOAT, [1], [1])],
)
model = helper.make_model(
    graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8, producer_name="producer-name"
)
helper.set_model_props(model, {"metadata-key": "metadata-value"})
save(model, sys.argv[1])
PYTHON

cat > "$work/Run.java" <<'JAVA'
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.util.Arrays;
import java.util.Map;

public class Run {
    public static void main(String[] arguments) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        if (arguments[1].equals("off")) {
            environment.setTelemetry(false);
        }
        try (OrtSession session = environment.createSession(arguments[0]);
                OnnxTensor x = OnnxTensor.createTensor(environment, new float[] {1});
                OrtSession.Result result = session.run(Map.of("x", x))) {
            float[] y = (float[]) result.get(0).getValue();
            if (!Arrays.equals(y, new float[] {2})) {
                throw new AssertionError("1 + 1 is " + Arrays.toString(y));
            }
        }
    }
}
JAVA

# check EXPECTED RELEASE on|off [VARIABLE=VALUE]: what is found after a run in a home of its own.
check() {
  local expected="$1" release="$2" telemetry="$3" found="" cache word
  shift 3
  local home="$work/home"
  mkdir "$home"
  env -u CI -u ORT_DISABLE_TELEMETRY HOME="$home" XDG_CACHE_HOME="$home/.cache" https_proxy=http://127.0.0.1:9 "$@" \
    java -Djava.io.tmpdir="$home" -cp "$work/lib/onnxruntime-$release.jar" "$work/Run.java" "$work/file-name.onnx" "$telemetry"
  cache="$(find "$home" -name deviceid)"
  if [ -n "$cache" ]; then
    found="device-id"
    for word in file-name graph-name producer-name metadata-key metadata-value; do
      if grep -rqa "$word" "$(dirname "$cache")"; then found="$found $word"; fi
    done
  fi
  rm -rf "$home"
  echo "ONNX Runtime $release, setTelemetry $telemetry, $([ $# -gt 0 ] && echo "$@" || echo "no variable"): it kept ${found:-nothing}"
  [ "$found" = "$expected" ] || { echo "changed: expected ${expected:-nothing}" >&2; exit 1; }
}

check "" 1.28.0 on
check "device-id file-name graph-name producer-name metadata-key metadata-value" 1.29.0 on
check "device-id" 1.29.0 off
check "" 1.29.0 on ORT_DISABLE_TELEMETRY=1
check "" 1.29.0 on CI=true
