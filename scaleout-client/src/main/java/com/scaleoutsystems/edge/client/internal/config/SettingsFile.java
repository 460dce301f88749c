package com.scaleoutsystems.edge.client.internal.config;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Reads a settings file: properties by the ending {@code .properties}, YAML else. */
public final class SettingsFile {

    private SettingsFile() {}

    /**
     * Reads a file.
     *
     * @return the values as they stand there, by name; those that are empty or null are left out
     * @throws EdgeException IO if it cannot be read; FAILED_PRECONDITION if the YAML library is missing
     * @throws IllegalArgumentException if it holds something else than names and values
     */
    public static Map<String, String> read(Path file) {
        String text = text(file);
        Map<String, String> values = file.toString().toLowerCase(Locale.ROOT).endsWith(".properties")
                ? properties(file, text)
                : yaml(file, text);
        values.values().removeIf(String::isBlank);
        return values;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new EdgeException(ErrorCode.IO, "there is no settings file " + file + "; check the path", e);
        } catch (CharacterCodingException e) {
            throw malformed(file, "it is not UTF-8");
        } catch (IOException e) {
            throw new EdgeException(ErrorCode.IO, "cannot read the settings file " + file + ": " + e, e);
        }
    }

    private static Map<String, String> properties(Path file, String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw malformed(file, String.valueOf(e.getMessage()));
        }
        Map<String, String> values = new TreeMap<>();
        properties.forEach((name, value) -> values.put(name.toString(), value.toString()));
        return values;
    }

    private static Map<String, String> yaml(Path file, String text) {
        try {
            return YamlSettings.read(text, what -> malformed(file, what));
        } catch (NoClassDefFoundError e) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "reading YAML from " + file + " needs the library org.snakeyaml:snakeyaml-engine; add it to the"
                            + " program, or write the settings as a .properties file",
                    e);
        }
    }

    private static IllegalArgumentException malformed(Path file, String what) {
        return new IllegalArgumentException("the settings file " + file + " cannot be understood: " + what
                + "; expected one name and value a line, such as 'name: clinic-1'");
    }
}
