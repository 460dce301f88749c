package com.scaleoutsystems.edge.sandbox.session;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a session shall do. Immutable; each {@code with} method gives a changed copy.
 *
 * @param rounds how many rounds, at least 1
 * @param clients how many clients take part in each round, at least 1; with more connected, the first by id
 * @param clientTimeout how long to wait at the start of a round until so many clients are connected
 * @param roundTimeout how long clients may take to train, and again to validate
 * @param validate whether each averaged model is validated
 * @param clientSettings goes to the clients with each task, as the settings of their training
 * @param modelId the model to start from, absent for the sandbox's seed model
 * @param listener is told of each finished round, on the thread that runs the session; what it throws ends the session
 */
public record SessionPlan(
        int rounds,
        int clients,
        Duration clientTimeout,
        Duration roundTimeout,
        boolean validate,
        Map<String, Object> clientSettings,
        Optional<String> modelId,
        Consumer<? super RoundResult> listener) {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(3);

    /**
     * Checks the numbers and copies the settings.
     *
     * @param rounds see {@link #rounds()}; at least 1
     * @param clients see {@link #clients()}; at least 1
     * @param clientTimeout see {@link #clientTimeout()}
     * @param roundTimeout see {@link #roundTimeout()}
     * @param validate see {@link #validate()}
     * @param clientSettings see {@link #clientSettings()}
     * @param modelId see {@link #modelId()}
     * @param listener see {@link #listener()}
     */
    public SessionPlan {
        if (rounds < 1) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, "A session has at least 1 round, not " + rounds);
        }
        if (clients < 1) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, "A session has at least 1 client, not " + clients);
        }
        Objects.requireNonNull(clientTimeout, "clientTimeout");
        Objects.requireNonNull(roundTimeout, "roundTimeout");
        clientSettings = Collections.unmodifiableMap(new LinkedHashMap<>(clientSettings));
        Objects.requireNonNull(modelId, "modelId");
        Objects.requireNonNull(listener, "listener");
    }

    /**
     * A plan for a number of rounds, which starts from the seed model, validates, sends no settings, and waits three
     * minutes for clients, for training and for validation.
     *
     * @param rounds how many rounds, at least 1
     * @param clients how many clients take part in each round, at least 1
     * @return the plan
     */
    public static SessionPlan of(int rounds, int clients) {
        return new SessionPlan(
                rounds, clients, DEFAULT_TIMEOUT, DEFAULT_TIMEOUT, true, Map.of(), Optional.empty(), round -> {});
    }

    /**
     * Sets how long to wait at the start of a round until enough clients are connected.
     *
     * @param clientTimeout how long
     * @return a changed copy
     */
    public SessionPlan withClientTimeout(Duration clientTimeout) {
        return new SessionPlan(
                rounds, clients, clientTimeout, roundTimeout, validate, clientSettings, modelId, listener);
    }

    /**
     * Sets how long clients may take to train, and again to validate.
     *
     * @param roundTimeout how long
     * @return a changed copy
     */
    public SessionPlan withRoundTimeout(Duration roundTimeout) {
        return new SessionPlan(
                rounds, clients, clientTimeout, roundTimeout, validate, clientSettings, modelId, listener);
    }

    /**
     * Leaves out the validation of the averaged models.
     *
     * @return a changed copy
     */
    public SessionPlan withoutValidation() {
        return new SessionPlan(rounds, clients, clientTimeout, roundTimeout, false, clientSettings, modelId, listener);
    }

    /**
     * Sets what the clients are told for their training.
     *
     * @param clientSettings becomes the JSON object {@code client_settings} of each task
     * @return a changed copy
     */
    public SessionPlan withClientSettings(Map<String, Object> clientSettings) {
        return new SessionPlan(
                rounds, clients, clientTimeout, roundTimeout, validate, clientSettings, modelId, listener);
    }

    /**
     * Starts from another model than the seed model.
     *
     * @param modelId a model that the sandbox holds
     * @return a changed copy
     */
    public SessionPlan withModel(String modelId) {
        return new SessionPlan(
                rounds, clients, clientTimeout, roundTimeout, validate, clientSettings, Optional.of(modelId), listener);
    }

    /**
     * Sets who is told of each finished round.
     *
     * @param listener called on the thread that runs the session; what it throws ends the session
     * @return a changed copy
     */
    public SessionPlan withListener(Consumer<? super RoundResult> listener) {
        return new SessionPlan(
                rounds, clients, clientTimeout, roundTimeout, validate, clientSettings, modelId, listener);
    }
}
