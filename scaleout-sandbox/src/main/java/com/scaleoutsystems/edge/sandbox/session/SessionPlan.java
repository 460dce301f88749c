package com.scaleoutsystems.edge.sandbox.session;

import com.scaleoutsystems.edge.internal.NamedValues;
import com.scaleoutsystems.edge.internal.OwnValues;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session does. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class SessionPlan {
    private final Values values;

    private SessionPlan(Values values) {
        this.values = values;
    }

    private SessionPlan changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new SessionPlan(copy);
    }

    /** The values with their defaults. A plan never changes the object that it was made with. */
    private static final class Values {
        final int rounds;
        final int clients;
        Duration clientTimeout = Duration.ofMinutes(3);
        Duration roundTimeout = Duration.ofMinutes(3);
        boolean validate = true;
        Map<String, Object> clientSettings = Map.of();

        @Nullable
        String modelId;

        Consumer<? super RoundResult> listener = round -> {};

        Values(int rounds, int clients) {
            this.rounds = rounds;
            this.clients = clients;
        }

        Values(Values other) {
            this(other.rounds, other.clients);
            clientTimeout = other.clientTimeout;
            roundTimeout = other.roundTimeout;
            validate = other.validate;
            clientSettings = other.clientSettings;
            modelId = other.modelId;
            listener = other.listener;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("rounds", rounds)
                    .with("clients", clients)
                    .with("clientTimeout", clientTimeout)
                    .with("roundTimeout", roundTimeout)
                    .with("validate", validate)
                    .with("clientSettings", clientSettings)
                    .with("modelId", modelId)
                    .with("listener", listener);
        }
    }

    /**
     * A plan for a number of rounds, which starts from the seed model, validates, sends no settings, and waits three
     * minutes for clients, for training and for validation.
     *
     * @param rounds how many rounds, at least 1
     * @param clients how many clients take part in each round, at least 1; with more connected, the first by id
     * @return the plan
     * @throws IllegalArgumentException if a number is below 1
     */
    public static SessionPlan of(int rounds, int clients) {
        if (rounds < 1) {
            throw new IllegalArgumentException("A session has at least 1 round, not " + rounds);
        }
        if (clients < 1) {
            throw new IllegalArgumentException("A session has at least 1 client, not " + clients);
        }
        return new SessionPlan(new Values(rounds, clients));
    }

    /**
     * How many rounds the session has.
     *
     * @return the number, at least 1
     */
    public int rounds() {
        return values.rounds;
    }

    /**
     * How many clients take part in each round. With more connected, the first by id do.
     *
     * @return the number, at least 1
     */
    public int clients() {
        return values.clients;
    }

    /**
     * How long the session waits at the start of a round until enough clients are connected.
     *
     * @return the limit
     */
    public Duration clientTimeout() {
        return values.clientTimeout;
    }

    /**
     * Sets how long to wait at the start of a round until enough clients are connected.
     *
     * @param clientTimeout how long
     * @return a changed copy
     */
    public SessionPlan withClientTimeout(Duration clientTimeout) {
        Objects.requireNonNull(clientTimeout, "clientTimeout");
        return changed(copy -> copy.clientTimeout = clientTimeout);
    }

    /**
     * How long clients may take to train, and again to validate.
     *
     * @return the limit
     */
    public Duration roundTimeout() {
        return values.roundTimeout;
    }

    /**
     * Sets how long clients may take to train, and again to validate.
     *
     * @param roundTimeout how long
     * @return a changed copy
     */
    public SessionPlan withRoundTimeout(Duration roundTimeout) {
        Objects.requireNonNull(roundTimeout, "roundTimeout");
        return changed(copy -> copy.roundTimeout = roundTimeout);
    }

    /**
     * Whether clients validate each averaged model.
     *
     * @return true unless the plan leaves it out
     */
    public boolean validate() {
        return values.validate;
    }

    /**
     * Leaves out the validation of the averaged models.
     *
     * @return a changed copy
     */
    public SessionPlan withoutValidation() {
        return changed(copy -> copy.validate = false);
    }

    /**
     * What the sandbox sends to the clients for their training.
     *
     * @return the settings, unmodifiable
     */
    public Map<String, Object> clientSettings() {
        return values.clientSettings;
    }

    /**
     * Sets what the sandbox sends to the clients for their training.
     *
     * @param clientSettings becomes the JSON object {@code client_settings} of each task; copied
     * @return a changed copy
     */
    public SessionPlan withClientSettings(Map<String, Object> clientSettings) {
        Map<String, Object> settings = OwnValues.copyOf(clientSettings);
        return changed(copy -> copy.clientSettings = settings);
    }

    /**
     * The model to start from.
     *
     * @return its id, or empty for the sandbox's seed model
     */
    public Optional<String> modelId() {
        return Optional.ofNullable(values.modelId);
    }

    /**
     * Starts from another model than the seed model.
     *
     * @param modelId a model in the sandbox
     * @return a changed copy
     */
    public SessionPlan withModel(String modelId) {
        Objects.requireNonNull(modelId, "modelId");
        return changed(copy -> copy.modelId = modelId);
    }

    /**
     * The listener for finished rounds.
     *
     * @return the listener
     */
    public Consumer<? super RoundResult> listener() {
        return values.listener;
    }

    /**
     * Sets the listener for finished rounds.
     *
     * @param listener called on the thread of the session; its exceptions end the session
     * @return a changed copy
     */
    public SessionPlan withListener(Consumer<? super RoundResult> listener) {
        Objects.requireNonNull(listener, "listener");
        return changed(copy -> copy.listener = listener);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionPlan that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "SessionPlan" + values.named();
    }
}
