package com.scaleoutsystems.edge.sandbox.internal.fault;

import com.scaleoutsystems.edge.sandbox.fault.ActiveFaults;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.internal.core.NewestEntries;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The faults of one sandbox. The servers ask it at each call, each answer and each connection what goes wrong with it. */
public final class Faults implements ActiveFaults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final int LONGEST_STORY = 10_000;
    private static final int MOST_REMOVED = 10_000;
    private static final Set<FaultKind> OF_CONNECTIONS = Arrays.stream(FaultKind.values())
            .filter(FaultKind::strikesConnections)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(FaultKind.class)));

    /** These happen to the servers; the call that they come with goes on. */
    private static final Set<FaultKind> OF_OPERATORS = EnumSet.of(
            FaultKind.EXPIRED_TOKENS,
            FaultKind.REVOKED_TOKENS,
            FaultKind.COMBINER_RESTART,
            FaultKind.COMBINER_MOVE,
            FaultKind.CHANGED_CERTIFICATE);

    private final long seed;
    private final Clock clock;
    private final Consumer<FaultEvent> listener;
    private final Abilities abilities;
    private final Map<Integer, ActiveFault> active = new LinkedHashMap<>();
    private final NewestEntries<Integer, Integer> strikesOfRemoved = new NewestEntries<>(MOST_REMOVED);
    private final Deque<FaultEvent> story = new ArrayDeque<>();
    private @Nullable RandomFaults random;
    private @Nullable Operations operations;
    private int added;
    private long strikes;

    /**
     * @param plan the faults to begin with
     * @param abilities what the sandbox has that faults can strike
     */
    public Faults(FaultPlan plan, Clock clock, Consumer<FaultEvent> listener, Abilities abilities) {
        this.seed = plan.seed();
        this.clock = clock;
        this.listener = listener;
        this.abilities = abilities;
        this.random = plan.rate() > 0 ? new RandomFaults(plan.seed(), plan.rate()) : null;
        plan.faults().forEach(this::add);
    }

    /** From now on, faults of operators do something. */
    public synchronized void connect(Operations servers) {
        this.operations = servers;
    }

    @Override
    public int add(Fault fault) {
        abilities.require(fault.kind());
        int number;
        Optional<Operations> servers;
        synchronized (this) {
            number = ++added;
            active.put(number, new ActiveFault(number, fault));
            servers = Optional.ofNullable(operations);
        }
        tell(false, "added " + number + ": " + fault, "", "");
        if (fault.kind().strikesConnections()) {
            servers.ifPresent(Operations::connectionFaultAdded);
        }
        return number;
    }

    @Override
    public void remove(int number) {
        Optional<Operations> servers;
        synchronized (this) {
            ActiveFault gone = active.remove(number);
            if (gone == null) {
                return;
            }
            forget(gone);
            servers = Optional.ofNullable(operations);
        }
        tell(false, "removed " + number, "", "");
        servers.ifPresent(Operations::faultsRemoved);
    }

    @Override
    public void clear() {
        Optional<Operations> servers;
        synchronized (this) {
            active.values().forEach(this::forget);
            active.clear();
            if (random != null) {
                random.end();
                random = null;
            }
            servers = Optional.ofNullable(operations);
        }
        tell(false, "removed all", "", "");
        servers.ifPresent(Operations::faultsRemoved);
    }

    private void forget(ActiveFault gone) {
        gone.remove();
        strikesOfRemoved.put(gone.number(), gone.strikes());
    }

    @Override
    public synchronized Map<Integer, Fault> all() {
        Map<Integer, Fault> all = new LinkedHashMap<>();
        active.forEach((number, fault) -> all.put(number, fault.fault()));
        return Collections.unmodifiableMap(all);
    }

    @Override
    public synchronized long strikes(int number) {
        ActiveFault fault = active.get(number);
        return fault != null ? fault.strikes() : strikesOfRemoved.get(number).orElse(0);
    }

    @Override
    public synchronized long strikes() {
        return strikes;
    }

    @Override
    public synchronized List<FaultEvent> story() {
        return List.copyOf(story);
    }

    /** Notes what was done to the servers without a fault. */
    public void tell(String what) {
        tell(false, what, "", "");
    }

    /**
     * Says what goes wrong with a call or an answer. What operators do is done before this returns.
     *
     * @param possible the kinds that can strike here, without those of operators
     */
    public Optional<Strike> strike(String call, String clientId, Set<FaultKind> possible) {
        Optional<Strike> struck = decide(call, clientId, possible);
        struck.ifPresent(strike -> tell(true, strike.fault().what(), call, clientId));
        return struck;
    }

    /** The same at the begin of a call, when operators may do something, too. */
    public Optional<Strike> strikeCall(String call, String clientId, Set<FaultKind> possible) {
        EnumSet<FaultKind> all = EnumSet.copyOf(OF_OPERATORS);
        all.addAll(possible);
        Optional<Strike> struck = strike(call, clientId, all);
        if (struck.isPresent() && OF_OPERATORS.contains(struck.get().kind())) {
            operate(struck.get().kind());
            return Optional.empty();
        }
        return struck;
    }

    private void operate(FaultKind kind) {
        Optional<Operations> servers;
        synchronized (this) {
            servers = Optional.ofNullable(operations);
        }
        servers.ifPresent(all -> all.operate(kind));
    }

    private synchronized Optional<Strike> decide(String call, String clientId, Set<FaultKind> possible) {
        for (ActiveFault fault : active.values()) {
            if (possible.contains(fault.fault().kind()) && fault.strikes(seed, call, clientId)) {
                strikes++;
                return Optional.of(fault.strike(seed, call, clientId));
            }
        }
        if (random == null) {
            return Optional.empty();
        }
        Optional<Strike> next = random.next(call, clientId, possible);
        if (next.isPresent()) {
            strikes++;
        }
        return next;
    }

    /**
     * Says what goes wrong with a connection. The story has it when this returns; the listener has not heard of it.
     *
     * @param server {@link Fault#COMBINER} or {@link Fault#API}
     * @param tried the numbers of the faults that were tried with this connection; empty if it is new
     * @param events gets what the caller is to {@link #announce} once it holds no monitor
     */
    public List<ActiveFault> strikeConnection(String server, Set<Integer> tried, List<FaultEvent> events) {
        List<ActiveFault> struck = new ArrayList<>();
        synchronized (this) {
            for (ActiveFault fault : active.values()) {
                if (fault.fault().kind().strikesConnections()
                        && tried.add(fault.number())
                        && fault.strikes(seed, server, "")) {
                    struck.add(fault);
                }
            }
            RandomFaults source = random;
            if (tried.add(0) && source != null) {
                source.next(server, "", OF_CONNECTIONS)
                        .ifPresent(strike -> struck.add(new ActiveFault(0, strike.fault(), source)));
            }
            strikes += struck.size();
        }
        struck.forEach(fault -> events.add(note(true, fault.fault().what(), "a connection of the " + server, "")));
        return struck;
    }

    private void tell(boolean struck, String what, String call, String clientId) {
        announce(note(struck, what, call, clientId));
    }

    private FaultEvent note(boolean struck, String what, String call, String clientId) {
        FaultEvent event = new FaultEvent(clock.instant(), struck, what, call, clientId);
        synchronized (this) {
            if (story.size() == LONGEST_STORY) {
                story.removeFirst();
            }
            story.add(event);
        }
        return event;
    }

    /**
     * Tells the listener, which may change the faults: the caller holds no monitor. The listener of a test may fail in any way; only a
     * lack of memory is for others to hear of.
     */
    public void announce(FaultEvent event) {
        try {
            listener.accept(event);
        } catch (OutOfMemoryError lack) {
            throw lack;
        } catch (Throwable failure) {
            LOG.error("The listener for faults failed", failure);
        }
    }
}
