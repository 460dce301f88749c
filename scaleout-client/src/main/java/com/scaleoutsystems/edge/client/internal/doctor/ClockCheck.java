package com.scaleoutsystems.edge.client.internal.doctor;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Whether the API answers HTTP at all, and what time it has. */
final class ClockCheck {

    /** Less than this does no harm to certificates and tokens. */
    private static final Duration TOLERABLE = Duration.ofMinutes(1);

    private final Connections connections;
    private final Env env;
    private final Findings findings;
    private Duration ahead = Duration.ZERO;

    ClockCheck(Connections connections, Env env, Findings findings) {
        this.connections = connections;
        this.env = env;
        this.findings = findings;
    }

    /** Whether there is any use in going on: a clock that is wrong does not stop anything by itself. */
    boolean compare(HttpUrl api) {
        OkHttpClient http = connections.http(api.uri());
        try (Response response =
                http.newCall(new Request.Builder().url(api).build()).execute()) {
            findings.ok(
                    "api http", api + " answers HTTP (status " + response.code() + ", " + response.protocol() + ")");
            Date date = response.headers().getDate("Date");
            if (date != null) {
                ahead = Duration.between(date.toInstant(), env.wall());
                judge();
            }
            return true;
        } catch (IOException e) {
            return findings.failure("api http", api.toString(), e);
        } finally {
            http.connectionPool().evictAll();
        }
    }

    /** The server's time as far as it is known, by which tokens end. */
    Instant serverTime() {
        return env.wall().minus(ahead);
    }

    private void judge() {
        String by = text(ahead.abs());
        if (ahead.abs().compareTo(TOLERABLE) <= 0) {
            findings.ok("clock", "this machine's clock and the server's differ by " + by);
        } else {
            findings.fault(
                    "clock",
                    "clock skew: this machine's clock is " + by + (ahead.isNegative() ? " behind" : " ahead of")
                            + " the server's",
                    "set this machine's clock by a time server (NTP); certificates and tokens depend on it",
                    "");
        }
    }

    private static String text(Duration time) {
        if (time.toMinutes() == 0) {
            return time.toSeconds() + " s";
        }
        return time.toHours() == 0 ? time.toMinutes() + " min" : time.toHours() + " h " + time.toMinutesPart() + " min";
    }
}
