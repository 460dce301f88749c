package com.scaleoutsystems.edge.interop;

/** There is no Python on this machine that the reference client runs on. */
public final class MissingPythonException extends Exception {
    private static final long serialVersionUID = 1;

    MissingPythonException() {
        super("no Python 3." + PythonInterpreter.OLDEST_MINOR_VERSION
                + " or newer (with venv) in the variable PYTHON, on PATH or among pyenv's versions");
    }
}
