package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SandboxBuilder;
import com.scaleoutsystems.edge.sandbox.fault.ControlEndpoint;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What goes wrong in a sandbox, and its certificates. */
final class FaultOptions {

    @Option(
            names = "--fault-rate",
            paramLabel = "R",
            description =
                    "Lets random faults strike this part of all calls and connections, above 0 to 1 (default: none)."
                            + " Prints a line for each fault.")
    private @Nullable Double rate;

    @Option(
            names = "--fault-seed",
            paramLabel = "N",
            description =
                    "With --fault-rate: the seed of the faults. The same seed gives the same faults (default: a new one).")
    private @Nullable Long seed;

    @Option(
            names = "--control-port",
            paramLabel = "PORT",
            description =
                    "Opens an endpoint on this port of loopback, through which programs change the faults; 0 lets the"
                            + " system choose. The ready line then contains its address and token.")
    private @Nullable Integer controlPort;

    @Option(
            names = "--tls",
            description =
                    "Uses TLS, with certificates of an authority of its own. The ready line then contains the file with"
                            + " the authority's certificate, for --root-cert of clients; it is deleted at the end.")
    private boolean tls;

    private @Nullable Path authority;
    private @Nullable FaultLines lines;

    /** Says what is wrong with the values, or null. */
    @Nullable
    String misuse() {
        if (rate != null && !(rate > 0 && rate <= 1)) {
            return "--fault-rate is " + rate + "; expected a number above 0, at most 1";
        }
        if (seed != null && rate == null) {
            return "--fault-seed is for --fault-rate, which is missing";
        }
        if (controlPort != null && (controlPort < 0 || controlPort > 65_535)) {
            return "--control-port is " + controlPort + "; expected 0 to 65535";
        }
        return null;
    }

    void apply(SandboxBuilder builder, Console console) {
        if (rate != null) {
            long chosen = seed != null ? seed : new SecureRandom().nextLong();
            seed = chosen;
            builder.faults(FaultPlan.random(chosen, rate));
        }
        if (controlPort != null) {
            builder.controlPort(controlPort);
        }
        if (rate != null || controlPort != null) {
            lines = new FaultLines(console);
            builder.faultListener(lines);
        }
        builder.tls(tls);
    }

    /** Adds to the ready line what the options have made. */
    void tell(Sandbox sandbox, Map<String, @Nullable Object> ready) {
        if (rate != null) {
            ready.put("fault_seed", seed);
        }
        if (controlPort != null) {
            ControlEndpoint control = sandbox.control();
            Map<String, Object> endpoint = new LinkedHashMap<>();
            endpoint.put("uri", control.uri());
            endpoint.put("token", control.token());
            ready.put("control", endpoint);
        }
        if (tls) {
            ready.put("root_cert", write(sandbox).toString());
        }
    }

    private Path write(Sandbox sandbox) {
        try {
            Path file = Files.createTempFile("scaleout-sandbox-", ".pem");
            authority = file;
            sandbox.saveCertificateAuthority(file);
            return file;
        } catch (IOException e) {
            throw Failures.file("cannot make a file in", Path.of(System.getProperty("java.io.tmpdir")), e);
        }
    }

    /** Prints what the lines of faults have left out, and deletes the file with the certificate. */
    void cleanUp() {
        if (lines != null) {
            lines.close();
        }
        if (authority != null) {
            try {
                Files.deleteIfExists(authority);
            } catch (IOException e) {
                // It is a temporary file, and holds no secret.
            }
        }
    }
}
