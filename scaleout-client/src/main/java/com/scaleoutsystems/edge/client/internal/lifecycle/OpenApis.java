package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The APIs that a client has used, one for each URL. They stay open until the client is closed: a start may still wait for one, and tokens
 * that one gave are renewed there. Lives on the client's strand.
 */
final class OpenApis {

    private final Function<URI, EdgeApi> opener;
    private final Map<URI, EdgeApi> byUrl = new LinkedHashMap<>();
    private @Nullable EdgeApi latest;

    /** No API is open. */
    OpenApis(Function<URI, EdgeApi> opener) {
        this.opener = opener;
    }

    /**
     * The API at the URL, which is opened unless it is open.
     *
     * @throws IllegalArgumentException if this is not the URL of an API
     */
    EdgeApi at(URI url) {
        EdgeApi api = byUrl.computeIfAbsent(ApiUrl.of(url).uri(), opener);
        latest = api;
        return api;
    }

    /** The API that was used last, if one was. */
    Optional<EdgeApi> latest() {
        return Optional.ofNullable(latest);
    }

    /** The URL of an API that is open. */
    URI url(EdgeApi api) {
        return byUrl.entrySet().stream()
                .filter(open -> open.getValue().equals(api))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** Lets go of the connections of all. */
    void close() {
        byUrl.values().forEach(api -> Closing.step("the API client", api::close));
    }
}
