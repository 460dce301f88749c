package com.scaleoutsystems.edge.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.SendOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrioritySchedulerTest {

    private static final Duration ENDLESS = Duration.ofDays(100_000);

    private static final class Item extends Scheduled {

        private final String id;
        private final int route;
        private int attempts;

        Item(String id, String priorityClass, long since) {
            this(id, priorityClass, since, 0);
        }

        Item(String id, String priorityClass, long since, int route) {
            super(priorityClass, since);
            this.id = id;
            this.route = route;
        }

        @Override
        int routeNumber() {
            return route;
        }

        @Override
        long bytes() {
            return id.length();
        }

        @Override
        int compareInOrder(Scheduled other) {
            return id.compareTo(((Item) other).id);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    private static PriorityClass rules(JsonNode node) {
        PriorityClass rules =
                unbounded(node.get("name").asText(), node.get("priority").asInt());
        if (node.get("order").asText().equals("lifo")) {
            rules = rules.withOrder(SendOrder.NEWEST_FIRST);
        }
        if (!node.get("capacity").isNull()) {
            rules = rules.withMaxRecords(node.get("capacity").asInt());
        }
        if (!node.get("drop_after").isNull()) {
            rules = rules.withMaxAge(
                    Duration.ofNanos(nanos(node.get("drop_after").asDouble())));
        }
        JsonNode demotion = node.get("demote_after");
        if (!demotion.isNull()) {
            rules = rules.withDemotion(
                    Duration.ofNanos(nanos(demotion.get(0).asDouble())),
                    demotion.get(1).asText());
        }
        return rules;
    }

    private static PriorityClass unbounded(String name, int priority) {
        return PriorityClass.of(name, priority)
                .withMaxRecords(Integer.MAX_VALUE)
                .withMaxBytes(Long.MAX_VALUE)
                .withMaxAge(ENDLESS);
    }

    static Stream<JsonNode> runs() {
        return StreamSupport.stream(Vectors.part("queue/queue", "runs").spliterator(), false);
    }

    /** Plays one of the reference's runs. Does what the reference's queue does and the outbox does elsewhere or not at all. */
    private static final class Player {

        private final PriorityScheduler<Item> scheduler;
        private final Map<String, Item> items = new HashMap<>();
        private final Map<String, Integer> dropped = new HashMap<>();
        private final long unackedAge;
        private double clock = 1000;

        Player(JsonNode run) {
            List<PriorityClass> classes = new ArrayList<>();
            run.get("classes").forEach(node -> classes.add(rules(node)));
            scheduler = new PriorityScheduler<>(classes, this::dropped);
            unackedAge = nanos(run.get("unacked_ttl_s").asDouble());
        }

        private void dropped(Item item, DropReason reason) {
            items.remove(item.id);
            dropped.merge(item.priorityClass(), 1, Integer::sum);
        }

        /** If the class is full by number of those that wait, the oldest makes room. */
        private void append(Item item) {
            String name = item.priorityClass();
            boolean madeRoom = true;
            while (madeRoom && waiting(name) >= scheduler.rulesOf(name).maxRecords()) {
                madeRoom = scheduler.dropOldest(name);
            }
            scheduler.append(item);
        }

        private int waiting(String priorityClass) {
            String actual = scheduler.rulesOf(priorityClass).name();
            return scheduler.queues().stream()
                    .filter(queue -> queue.rules().name().equals(actual))
                    .mapToInt(ClassQueue::waiting)
                    .sum();
        }

        private void failed(Item item) {
            item.attempts++;
            scheduler.comeBack(item);
        }

        /** Brings back all that was sent longer ago. */
        private List<Item> sweep(long now) {
            List<Item> overdue = scheduler.inFlight().stream()
                    .filter(item -> item.sentAt() != Long.MAX_VALUE && now - item.sentAt() > unackedAge)
                    .toList();
            overdue.forEach(this::failed);
            return overdue;
        }

        /** Takes a step, and gives its result as the reference's file has it. */
        String step(JsonNode op) {
            String id = op.has(1) ? op.get(1).asText() : "";
            long now = nanos(clock);
            return switch (op.get(0).asText()) {
                case "at" -> {
                    clock = op.get(1).asDouble();
                    yield "null";
                }
                case "append" -> {
                    double since = op.has(3) ? op.get(3).asDouble() : clock;
                    Item item = new Item(id, op.get(2).asText(), nanos(since));
                    items.put(id, item);
                    append(item);
                    yield "null";
                }
                case "next" -> {
                    Item item = scheduler.next(0, now);
                    yield item == null
                            ? "null"
                            : "[\"" + item.id + "\",\"" + item.priorityClass() + "\"," + item.attempts + "]";
                }
                case "sent" -> {
                    known(id, item -> scheduler.sent(item, now));
                    yield "null";
                }
                case "acked" -> {
                    known(id, scheduler::remove);
                    yield "null";
                }
                case "failed" -> {
                    known(id, op.get(2).asBoolean() ? this::failed : scheduler::remove);
                    yield "null";
                }
                case "sweep" ->
                    sweep(now).stream()
                            .map(item -> "\"" + item.id + "\"")
                            .sorted()
                            .toList()
                            .toString()
                            .replace(" ", "");
                case "requeue" -> {
                    List.copyOf(scheduler.inFlight()).forEach(scheduler::comeBack);
                    yield "null";
                }
                case "oldest" -> {
                    long age = scheduler.oldestAge(now);
                    yield age < 0 ? "null" : String.valueOf(age / 1e6);
                }
                case "add" -> {
                    dropped.remove(id);
                    scheduler.addClass(unbounded(id, op.get(2).asInt()));
                    yield "null";
                }
                case "replace" -> {
                    PriorityClass changed = unbounded(id, op.get(2).asInt());
                    boolean newest = op.has(3) && op.get(3).asText().equals("lifo");
                    scheduler.replaceClass(newest ? changed.withOrder(SendOrder.NEWEST_FIRST) : changed);
                    yield "null";
                }
                case "remove" ->
                    String.valueOf(scheduler.removeClass(id, op.get(2).asBoolean()));
                default -> throw new AssertionError(op);
            };
        }

        private void known(String id, java.util.function.Consumer<Item> step) {
            Item item = items.get(id);
            if (item != null && scheduler.inFlight().contains(item)) {
                step.accept(item);
            }
        }

        Map<String, String> stats() {
            Map<String, String> stats = new LinkedHashMap<>();
            scheduler.queues().forEach(queue -> {
                String name = queue.rules().name();
                stats.put(
                        name,
                        "[" + queue.waiting() + "," + queue.inFlight() + "," + dropped.getOrDefault(name, 0) + "]");
            });
            return stats;
        }
    }

    @ParameterizedTest
    @MethodSource("runs")
    void everyStepGivesWhatTheReferenceGives(JsonNode run) {
        Player player = new Player(run);
        int number = 0;
        for (JsonNode step : run.get("log")) {
            String what = run.get("id").asText() + " step " + number++ + " " + step.get("op");
            JsonNode expected = step.get("result");
            if (expected.has("raises")) {
                assertThatThrownBy(() -> player.step(step.get("op"))).as(what).isInstanceOf(EdgeException.class);
            } else {
                assertThat(player.step(step.get("op"))).as(what).isEqualTo(expected.toString());
            }
            Map<String, String> stats = new LinkedHashMap<>();
            step.get("stats")
                    .properties()
                    .forEach(entry -> stats.put(entry.getKey(), entry.getValue().toString()));
            assertThat(player.stats()).as(what).isEqualTo(stats);
        }
        assertThat(number).isPositive();
    }

    @Test
    void theDefaultClassesAreTheReferences() {
        List<String> expected = new ArrayList<>();
        Vectors.part("queue/queue", "default_classes").forEach(node -> expected.add(shape(rules(node))));
        assertThat(PriorityClass.defaults().stream().map(PrioritySchedulerTest::shape))
                .isEqualTo(expected);
    }

    private static String shape(PriorityClass rules) {
        return rules.name() + " " + rules.priority() + " " + rules.order() + " " + rules.demotion();
    }

    @Test
    void twoClassesOfOneNameAreRefusedAsByTheReference() {
        List<List<PriorityClass>> tried = List.of(
                List.of(PriorityClass.of("A", 1), PriorityClass.of("A", 2)),
                List.of(PriorityClass.of(PriorityClass.DEFAULT, 1)),
                List.of(PriorityClass.of("mine", 1)));
        List<String> outcomes = new ArrayList<>();
        Vectors.part("queue/queue", "construction")
                .forEach(row -> outcomes.add(row.get("outcome").asText()));

        assertThat(tried).hasSameSizeAs(outcomes);
        for (int i = 0; i < tried.size(); i++) {
            List<PriorityClass> classes = tried.get(i);
            if (outcomes.get(i).equals("ok")) {
                new PriorityScheduler<Item>(classes, (item, reason) -> {});
            } else {
                assertThatThrownBy(() -> new PriorityScheduler<Item>(classes, (item, reason) -> {}))
                        .isInstanceOf(EdgeException.class)
                        .hasMessageContaining(classes.get(0).name());
            }
        }
    }

    @Test
    void routesAreServedByThemselves() {
        PriorityScheduler<Item> scheduler = new PriorityScheduler<>(PriorityClass.defaults(), (item, reason) -> {});
        scheduler.append(new Item("stream", PriorityClass.ARTIFACT, 1, 1));
        scheduler.append(new Item("alert", PriorityClass.ALERT, 2, 0));
        scheduler.append(new Item("call", PriorityClass.ARTIFACT, 3, 0));

        assertThat(scheduler.next(1, 4)).hasToString("stream");
        assertThat(scheduler.next(1, 4)).isNull();
        assertThat(scheduler.next(0, 4)).hasToString("alert");
        assertThat(scheduler.next(0, 4)).hasToString("call");
        assertThat(scheduler.next(0, 4)).isNull();
    }

    @Test
    void theOldestOfARouteIsFoundWhateverItsClassAndOrder() {
        PriorityScheduler<Item> scheduler = new PriorityScheduler<>(PriorityClass.defaults(), (item, reason) -> {});
        scheduler.append(new Item("alert", PriorityClass.ALERT, 5));
        scheduler.append(new Item("old", PriorityClass.TELEMETRY, 1));
        scheduler.append(new Item("new", PriorityClass.TELEMETRY, 9));
        scheduler.append(new Item("other way", PriorityClass.BACKLOG, 0, 1));

        assertThat(scheduler.nextOldest(0, 10)).hasToString("old");
        assertThat(scheduler.nextOldest(0, 10)).hasToString("alert");
        assertThat(scheduler.nextOldest(0, 10)).hasToString("new");
        assertThat(scheduler.nextOldest(0, 10)).isNull();
    }

    @Test
    void boundsCountWhatWaitsAndWhatIsUnderWay() {
        List<String> dropped = new ArrayList<>();
        PriorityScheduler<Item> scheduler = new PriorityScheduler<>(
                List.of(PriorityClass.of("A", 1).withMaxRecords(3).withMaxBytes(10)),
                (item, reason) -> dropped.add(item + " " + reason));
        scheduler.append(new Item("1", "A", 1));
        scheduler.append(new Item("22", "A", 2));
        assertThat(scheduler.next(0, 3)).hasToString("1");

        assertThat(scheduler.hasRoom("A", 7)).isTrue();
        assertThat(scheduler.hasRoom("A", 8)).as("bytes").isFalse();
        scheduler.append(new Item("3", "A", 3));
        assertThat(scheduler.hasRoom("A", 1)).as("records").isFalse();

        assertThat(scheduler.dropOldest("A")).isTrue();
        assertThat(dropped).containsExactly("22 " + DropReason.DISPLACED);
        assertThat(scheduler.hasRoom("A", 1)).isTrue();
    }
}
