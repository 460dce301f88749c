package com.scaleoutsystems.edge.client.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.ClientState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StateMachineTest {

    private static final Path PAGE = Path.of("../docs/architecture.md");

    @Test
    void thePageShowsTheWholeTable() throws IOException {
        List<ClientState> states = List.of(ClientState.values());
        String head = Stream.concat(Stream.of("event"), states.stream().map(Enum::name))
                .collect(Collectors.joining(" | ", "| ", " |"));
        List<String> page = Files.readAllLines(PAGE);
        int first = page.indexOf(head);
        assertThat(first).as("the head of the table in %s: %s", PAGE, head).isNotNegative();

        List<String> rows = Arrays.stream(StateEvent.values())
                .map(event -> states.stream()
                        .map(state -> cell(state, StateMachine.after(state, event)))
                        .collect(Collectors.joining("", "| " + event + " |", "")))
                .toList();
        assertThat(page.subList(first + 2, first + 2 + rows.size())).isEqualTo(rows);
    }

    private static String cell(ClientState from, ClientState to) {
        return from == to ? " |" : " " + to + " |";
    }
}
