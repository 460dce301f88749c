package com.scaleoutsystems.edge.interop;

import java.util.Map;

/** Prepares processes that nothing of the developer's own settings reaches. */
final class PythonProcesses {
    private PythonProcesses() {}

    static ProcessBuilder prepare(String... command) {
        ProcessBuilder process = new ProcessBuilder(command);
        Map<String, String> environment = process.environment();
        environment.keySet().removeIf(name -> name.startsWith("PYTHON") || name.startsWith("SCALEOUT_"));
        environment.put("PYTHONNOUSERSITE", "1");
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("PYTHONUTF8", "1");
        return process;
    }
}
