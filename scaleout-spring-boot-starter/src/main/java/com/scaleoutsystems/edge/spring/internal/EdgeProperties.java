package com.scaleoutsystems.edge.spring.internal;

import com.scaleoutsystems.edge.client.EdgeClientConfig;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.Environment;

/** The properties {@code scaleout.edge.*}: the client's own settings by their names, and a few that only the starter has. */
final class EdgeProperties {

    static final String PREFIX = "scaleout.edge.";
    static final String ENABLED = "enabled";
    static final String CLOSE_BUDGET = "close-budget";

    private static final Duration DEFAULT_CLOSE_BUDGET = Duration.ofSeconds(10);
    private static final String LIST = "no_proxy";
    private static final Set<String> TIMES = Set.of("poll_interval", "wait_for_network", "reassign_after");

    private final Binder binder;

    EdgeProperties(Environment environment) {
        this.binder = Binder.get(environment);
    }

    /** The client's settings. */
    EdgeClientConfig config() {
        Map<String, String> values = new TreeMap<>();
        for (String name : EdgeClientConfig.settingNames()) {
            String property = property(name);
            value(name, property).ifPresent(value -> values.put(property, value));
        }
        values.putAll(unknown());
        return EdgeClientConfig.fromProperties(values, PREFIX);
    }

    /** How long closing may take. */
    Duration closeBudget() {
        String property = PREFIX + CLOSE_BUDGET;
        String text = text(property).map(String::strip).orElse("");
        if (text.isEmpty()) {
            return DEFAULT_CLOSE_BUDGET;
        }
        Duration budget = duration(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        property + " is '" + text + "'; expected a time such as 10s or a number of seconds"));
        if (budget.isZero() || budget.isNegative()) {
            throw new IllegalArgumentException(property + " is '" + text + "'; expected a time above 0");
        }
        return budget;
    }

    /** The client as meters and traces call it. */
    String label() {
        return Stream.of(PREFIX + "name", PREFIX + "client-id", "spring.application.name")
                .flatMap(property -> text(property).stream())
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("default");
    }

    static String property(String setting) {
        return PREFIX + setting.replace('_', '-');
    }

    private Optional<String> value(String name, String property) {
        if (name.equals(LIST)) {
            return Optional.ofNullable(
                            binder.bind(property, Bindable.listOf(String.class)).orElse(null))
                    .map(hosts -> String.join(",", hosts));
        }
        Optional<String> text = text(property);
        return TIMES.contains(name) ? text.map(EdgeProperties::seconds) : text;
    }

    private Optional<String> text(String property) {
        return Optional.ofNullable(binder.bind(property, String.class).orElse(null));
    }

    /** Properties that mean nothing, most likely with a spelling error: the client's settings warn of them. */
    private Map<String, String> unknown() {
        Set<String> known = Stream.concat(EdgeClientConfig.settingNames().stream(), Stream.of(ENABLED, CLOSE_BUDGET))
                .map(EdgeProperties::uniform)
                .collect(Collectors.toSet());
        Map<String, String> all = binder.bind(
                        PREFIX.substring(0, PREFIX.length() - 1), Bindable.mapOf(String.class, String.class))
                .orElse(Map.of());
        Map<String, String> unknown = new TreeMap<>();
        all.forEach((name, value) -> {
            if (!known.contains(uniform(name))) {
                unknown.put(PREFIX + name, value);
            }
        });
        return unknown;
    }

    /** What all spellings of a name have in common. Variables of the environment have dots for underscores, and lists have an index. */
    private static String uniform(String name) {
        return name.replaceAll("(\\[.*|\\.\\d+)$", "").replaceAll("[-_.]", "").toLowerCase(Locale.ROOT);
    }

    /** The client takes seconds; Spring's forms work, too, such as 500ms. */
    private static String seconds(String text) {
        return duration(text.strip())
                .map(time -> BigDecimal.valueOf(time.getSeconds())
                        .add(BigDecimal.valueOf(time.getNano(), 9))
                        .toPlainString())
                .orElse(text);
    }

    private static Optional<Duration> duration(String text) {
        try {
            return Optional.of(DurationStyle.detectAndParse(text, ChronoUnit.SECONDS));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
