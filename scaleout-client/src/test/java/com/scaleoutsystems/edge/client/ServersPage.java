package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** docs/servers.md, where all differences to the reference client stand. */
public final class ServersPage {

    private ServersPage() {}

    /** Checks that these recorded scenarios stand there as ending otherwise. */
    public static void assertLists(Set<String> scenarios) throws IOException {
        String page = Files.readString(Path.of("../docs/servers.md"));
        assertThat(scenarios).allSatisfy(scenario -> assertThat(page).contains("\n| " + scenario + " | "));
    }
}
