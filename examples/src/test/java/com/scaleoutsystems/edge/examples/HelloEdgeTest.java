package com.scaleoutsystems.edge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HelloEdgeTest {

    @Test
    void theReadmeShowsThisProgram() throws Exception {
        String program = Files.readString(
                Path.of("src/main/java/com/scaleoutsystems/edge/examples/HelloEdge.java"), StandardCharsets.UTF_8);
        String readme = Files.readString(Path.of("../README.md"), StandardCharsets.UTF_8);
        String shown = program.substring(program.indexOf("/** A federation")).strip();

        assertThat(readme).contains(shown);
    }

    @Test
    void itFindsTheNumber() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream console = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            HelloEdge.main(new String[0]);
        } finally {
            System.setOut(console);
        }

        // Ten rounds halve the distance ten times.
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("The number is about 41.95");
    }
}
