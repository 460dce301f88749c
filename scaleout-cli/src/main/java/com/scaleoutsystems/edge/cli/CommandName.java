package com.scaleoutsystems.edge.cli;

/** The name under which people call the command. */
final class CommandName {

    static final String SCALEOUT_EDGE = "scaleout-edge";

    private CommandName() {}
}
