package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.client.event.ClientState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * A day of a client and its world on one thread, in virtual time. The seed decides everything but the faults, which are given; a second
 * run with the same seed and the same faults takes the same steps.
 */
final class SimulatedDay {

    /** How many records may wait. */
    static final int MOST_RECORDS = 200;

    /** How many transports may be open at a time. */
    static final int MOST_TRANSPORTS = 2;

    /** In this time after the last fault a client takes a task and completes it. */
    private static final Duration RECOVERY = Duration.ofMinutes(30);

    private static final Duration ROUND = Duration.ofMinutes(11);

    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(4);

    /** A process that is killed in the middle of a commit takes this one of the next at the latest. */
    private static final int MOST_COMMITS = 8;

    /** A number below this sets the clock by months. */
    private static final int SMALL = 20;

    private static final long SHORTEST_LATENCY = 1_000_000;

    private static final long LONGEST_LATENCY = 80_000_000;

    private final long seed;
    private final List<Fault> faults;
    private final boolean recorded;
    private final List<String> story = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final Timeline time = new Timeline();
    private final SplittableRandom random;
    private final Checks checks = new Checks(this);
    private final WorldNetwork network = new WorldNetwork(this);
    private final WorldApi api = new WorldApi(this);
    private final WorldServer server;
    private final WorldDisk disk;
    private final SimulatedHost host;
    private final int[] on = new int[Fault.Kind.values().length];
    private final int[] parameters = new int[Fault.Kind.values().length];
    private final Set<Fault.Kind> happened = EnumSet.noneOf(Fault.Kind.class);
    private Duration clockError = Duration.ZERO;

    /** When the server has not answered a call for the first time since a moment that a test chooses, and when it has answered afterwards. */
    private long watchFrom = Long.MAX_VALUE;

    private boolean failed;
    private long firstAnswer;

    private SimulatedDay(long seed, List<Fault> faults, boolean recorded) {
        this.seed = seed;
        this.faults = faults;
        this.recorded = recorded;
        SplittableRandom seeds = new SplittableRandom(seed);
        this.server = new WorldServer(this, seeds.split());
        this.disk = new WorldDisk(this, seeds.split());
        this.host = new SimulatedHost(this, seeds.split());
        this.random = seeds.split();
    }

    /**
     * What came of a day.
     *
     * @param violation what did not hold, if something did not
     * @param steps how many steps were taken
     * @param story what the world and the client did, in short, if it was recorded
     * @param log the same with all calls
     */
    record Result(Optional<Checks.Violation> violation, long steps, List<String> story, List<String> log) {}

    /** Lives through a day. */
    static Result run(long seed, List<Fault> faults) {
        return new SimulatedDay(seed, faults, false).live();
    }

    /** Lives through a day and records it. */
    static Result record(long seed, List<Fault> faults) {
        return new SimulatedDay(seed, faults, true).live();
    }

    /**
     * Begins a day with a host whose settings are the defaults, at some time of the first minute, and ends it with the first answer of the
     * combiner since a moment.
     *
     * @return when the answer came, in nanoseconds since that moment; empty if no call of the client had failed by then
     */
    static OptionalLong reconnect(long seed, List<Fault> faults, Duration from) {
        SimulatedDay day = new SimulatedDay(seed, faults, false);
        day.watchFrom = from.toNanos();
        faults.forEach(fault -> day.time.after(fault.at(), () -> day.begins(fault)));
        day.time.after(
                Duration.ofNanos(day.random.nextLong(Duration.ofMinutes(1).toNanos())), day.host::beginIdle);
        while (day.firstAnswer == 0) {
            day.time.step();
        }
        return day.failed ? OptionalLong.of(day.firstAnswer - day.watchFrom) : OptionalLong.empty();
    }

    /** The server has answered a call of the client, or a call has failed. */
    void answered(boolean well) {
        if (time.now() >= watchFrom && firstAnswer == 0) {
            failed |= !well;
            firstAnswer = well ? time.now() : 0;
        }
    }

    long seed() {
        return seed;
    }

    Timeline time() {
        return time;
    }

    Checks checks() {
        return checks;
    }

    WorldNetwork network() {
        return network;
    }

    WorldApi api() {
        return api;
    }

    WorldServer server() {
        return server;
    }

    WorldDisk disk() {
        return disk;
    }

    Duration clockError() {
        return clockError;
    }

    int processNumber() {
        return host.processNumber();
    }

    boolean isClosing() {
        return host.isClosing();
    }

    /** Whether tasks that a crash interrupted run again. */
    boolean runsAgain() {
        return seed % 3 == 0;
    }

    boolean isOn(Fault.Kind kind) {
        return on[kind.ordinal()] > 0;
    }

    int parameter(Fault.Kind kind) {
        return parameters[kind.ordinal()];
    }

    boolean hasHappened(Fault.Kind kind) {
        return happened.contains(kind);
    }

    /** Whether a fault hits this one of many. */
    boolean strikes(Fault.Kind kind) {
        return isOn(kind) && chance(parameter(kind));
    }

    /** True so many times of a hundred. */
    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** How long a message travels, in nanoseconds. */
    long latency() {
        return random.nextLong(SHORTEST_LATENCY, LONGEST_LATENCY);
    }

    /** Some time between so many seconds, in nanoseconds. */
    long between(int seconds, int more) {
        return random.nextLong(seconds * 1_000_000_000L, more * 1_000_000_000L);
    }

    /** Something of the story. */
    void note(String who, Supplier<String> what) {
        if (recorded) {
            String line = time.clock() + " " + who + " " + what.get();
            story.add(line);
            log.add(line);
        }
    }

    /** A call, too small for the story. */
    void call(Supplier<String> what) {
        if (recorded) {
            log.add(time.clock() + " " + what.get());
        }
    }

    private Result live() {
        for (Fault fault : faults) {
            time.after(fault.at(), () -> begins(fault));
        }
        for (int stretch = 0; stretch < FaultPlan.STRETCHES; stretch++) {
            Duration well = FaultPlan.STRETCH.multipliedBy(stretch).plus(FaultPlan.WELL_FROM);
            time.after(well.plus(RECOVERY), this::recovered);
            time.after(FaultPlan.STRETCH.multipliedBy(stretch + 1).minusMinutes(1), () -> quiet(well));
        }
        host.begin();
        rounds();
        long end = FaultPlan.STRETCH.multipliedBy(FaultPlan.STRETCHES).toNanos();
        try {
            while (time.now() < end && checks.hold()) {
                time.step();
                checks.afterStep();
            }
        } catch (Checks.Violation known) {
            // It is kept where it was found.
        } catch (RuntimeException | Error fault) {
            checks.threw(fault);
        }
        return new Result(checks.violation(), time.taken(), story, log);
    }

    private void rounds() {
        time.after(ROUND.plusSeconds(random.nextInt(600)), this::rounds);
        server.nextRound();
    }

    private void begins(Fault fault) {
        note("FAULT", fault::toString);
        happened.add(fault.kind());
        int kind = fault.kind().ordinal();
        if (fault.kind().lasts()) {
            on[kind]++;
            parameters[kind] = fault.parameter();
            time.after(fault.length(), () -> {
                on[kind]--;
                note("FAULT", () -> fault.kind() + " is over");
            });
        }
        apply(fault);
    }

    private void apply(Fault fault) {
        int number = fault.parameter();
        switch (fault.kind()) {
            case CRASH -> crash(number, false);
            case POWER_CUT -> crash(number, true);
            case CRASH_AND_TWO_STARTS -> host.crash(false, Duration.ofSeconds(1), 3, Duration.ofMillis(number));
            case CLOSE -> host.close(Duration.ofSeconds(number));
            case CLOCK_STEP -> stepClock(number);
            case AWAY -> network.breakStreams(WorldNetwork.away());
            case MOVE -> network.move();
            case BREAK_STREAMS -> network.breakStreams(WorldNetwork.error(number));
            case REVOKE_CREDENTIAL -> {
                api.revoke();
                host.hesitate(number % 2 == 0);
            }
            case END_TOKENS -> api.endTokens();
            case STOP_TASK -> server.stopTask(number);
            default -> {
                // It is enough that it is on.
            }
        }
    }

    private void crash(int number, boolean power) {
        Runnable crash = () -> host.crash(power, Duration.ofSeconds(number), 1, Duration.ZERO);
        if (number % 2 == 0) {
            crash.run();
        } else {
            disk.atCommit(1 + number / 2 % MOST_COMMITS, crash);
        }
    }

    private void stepClock(int number) {
        Duration step = number < SMALL ? Duration.ofDays(number * 20L) : Duration.ofMinutes(number);
        clockError = number % 2 == 0 ? clockError.plus(step) : clockError.minus(step);
    }

    private void recovered() {
        ClientState state = host.state();
        if (state != ClientState.CONNECTED && state != ClientState.DEGRADED) {
            checks.violated("the client recovers", "it is " + state);
        }
        watchOver(time.now());
        probe();
    }

    /** A client that lives and takes no work must not go unnoticed. */
    private void watchOver(long since) {
        if (time.now() - since
                > FaultPlan.STRETCH.minus(FaultPlan.WELL_FROM).minus(RECOVERY).toNanos()) {
            return;
        }
        if (time.now() - server.lastPoll() > LONGEST_SILENCE.toNanos()) {
            checks.violated("the client polls when the world is well", "it does not");
        }
        time.after(LONGEST_SILENCE, () -> watchOver(since));
    }

    private void probe() {
        String task = server.train();
        time.after(RECOVERY, () -> {
            if (!"COMPLETED".equals(server.endOf(task))) {
                checks.violated("the client recovers", task + " is " + server.endOf(task));
            }
        });
    }

    private void quiet(Duration wellFrom) {
        checks.quiet(wellFrom.toNanos());
        host.quiet();
    }
}
