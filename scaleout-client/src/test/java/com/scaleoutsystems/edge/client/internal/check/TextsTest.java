package com.scaleoutsystems.edge.client.internal.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.EdgeClientConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TextsTest {

    static Stream<Arguments> namesOfAClient() {
        return Stream.of(
                setting("clientId", EdgeClientBuilder::clientId),
                setting("name", EdgeClientBuilder::name),
                setting("preferredCombiner", EdgeClientBuilder::preferredCombiner),
                setting("stateDirectory", (builder, text) -> builder.stateDirectory(Path.of(text))));
    }

    private static Arguments setting(String name, BiConsumer<EdgeClientBuilder, String> setter) {
        return Arguments.of(name, setter);
    }

    /** In a locale without UTF-8 the names of two clinics become one. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("namesOfAClient")
    void aNameThatLostItsCharactersIsRefusedWithTheCure(String setting, BiConsumer<EdgeClientBuilder, String> setter) {
        assertThatThrownBy(() -> setter.accept(EdgeClient.builder(), "\uFFFD\uFFFD\uFFFD-3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining("LC_ALL=C.UTF-8");
        assertThatCode(() -> setter.accept(EdgeClient.builder(), "\u5317\u4eac-3"))
                .doesNotThrowAnyException();
    }

    @Test
    void aSettingThatLostItsCharactersIsRefusedWithItsName(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "name: '\uFFFD-1'\nroot_cert: '/x/\uFFFD'\n");

        assertThatThrownBy(() -> EdgeClientConfig.fromFile(file).builder()).hasMessageContaining("LC_ALL=C.UTF-8");
        assertThatThrownBy(() -> EdgeClientConfig.fromEnvironment(Map.of("SCALEOUT_HOME_DIR", "/home/\uFFFD"))
                        .builder())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SCALEOUT_HOME_DIR")
                .hasMessageContaining("LC_ALL=C.UTF-8");
    }

    @Test
    void aFileNameIsHarmlessShortAndDifferentForDifferentTexts() {
        String longName = "n".repeat(300);
        List<String> names = Stream.of(
                        "clinic-1",
                        "clinic_1",
                        "clinic.1",
                        "\u5317\u4eac",
                        "\u4e0a\u6d77",
                        longName,
                        longName + "x",
                        "../up")
                .map(Texts::fileName)
                .toList();

        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[A-Za-z0-9_-]{1,110}"));
        assertThat(names).startsWith("clinic-1", "clinic_1");
    }
}
