package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.scaleoutsystems.edge.EdgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {

    @Test
    void aFileThatIsNoKeyIsNamedAndItsFaultToldOnce(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "no key");

        EdgeException caught = catchThrowableOfType(EdgeException.class, () -> KeyFiles.privateKey(file));

        String message = String.valueOf(caught.getMessage());
        assertThat(message).startsWith(file + ": ");
        String fault = message.substring((file + ": ").length());
        assertThat(
                        caught.getCause() == null
                                ? ""
                                : String.valueOf(caught.getCause().getMessage()))
                .doesNotContain(fault);
    }
}
