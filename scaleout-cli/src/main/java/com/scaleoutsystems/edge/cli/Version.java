package com.scaleoutsystems.edge.cli;

import picocli.CommandLine.IVersionProvider;

/** The release of the command, as its jar's manifest has it. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        String release = version == null ? "(not packaged)" : version;
        return new String[] {CommandName.SCALEOUT_EDGE + " " + release + ", Java " + System.getProperty("java.version")
        };
    }
}
