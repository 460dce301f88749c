package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.Joining;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks the API that assigned the client's combiner for another one. Lives on the client's strand. */
final class AssignedAgain implements Reassignment.Assigner {

    private final Strand strand;
    private final OpenApis apis;
    private final Joining joining;
    private final Credentials credentials;
    private final Membership membership;
    private final Optional<EdgeApi> api;

    /**
     * Nothing has been asked yet.
     *
     * @param combiner the combiner that the client joins
     */
    AssignedAgain(
            Strand strand,
            OpenApis apis,
            Joining joining,
            Credentials credentials,
            Membership membership,
            GrpcConnectionOptions combiner) {
        this.strand = strand;
        this.apis = apis;
        this.joining = joining;
        this.credentials = credentials;
        this.membership = membership;
        this.api = membership.source(combiner).map(Membership.Source::api);
    }

    /** The API; empty if the host has chosen the combiner. */
    Optional<EdgeApi> api() {
        return api;
    }

    @Override
    public boolean mayAsk() {
        return api.isPresent();
    }

    @Override
    public CompletionStage<GrpcConnectionOptions> ask() {
        EdgeApi asked = api.orElseThrow();
        Credential credential = credentials.current();
        CompletableFuture<GrpcConnectionOptions> assigned = new CompletableFuture<>();
        strand.when(joining.ask(asked, credential), assigned, (answer, error) -> {
            if (answer == null) {
                HostRequests.fail(assigned, error);
            } else if (answer.result() instanceof ConnectToApiResult.Assigned assignment) {
                membership.assigned(
                        assignment.options(),
                        new Membership.Source(asked, credential, membership.clientId(), Optional.of(answer.bearer())));
                assigned.complete(assignment.options());
            } else {
                EdgeException refusal = Joining.notAssigned(apis.url(asked), answer.result());
                credentials.rejected(refusal);
                assigned.completeExceptionally(refusal);
            }
        });
        return assigned;
    }
}
