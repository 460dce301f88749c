package com.scaleoutsystems.edge.client.internal.doctor;

import com.scaleoutsystems.edge.client.DoctorReport;
import com.scaleoutsystems.edge.client.DoctorReport.Check;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at everything that joining needs, in the order in which it is needed. Blocks on the network: not for strands. */
public final class Doctor {

    private final Optional<URI> api;
    private final List<Check> checks = new ArrayList<>();

    /**
     * A doctor that has looked at nothing yet.
     *
     * @param api the network's API, if there is one
     */
    public Doctor(Optional<URI> api) {
        this.api = api;
    }

    /** Makes all checks. */
    public DoctorReport examine() {
        api.ifPresent(url -> name("api name", ApiUrl.of(url).host()));
        return new DoctorReport(checks);
    }

    private void name(String check, String host) {
        try {
            String addresses = Arrays.stream(InetAddress.getAllByName(host))
                    .map(InetAddress::getHostAddress)
                    .collect(Collectors.joining(", "));
            checks.add(new Check(check, true, host + " is " + addresses, "", ""));
        } catch (UnknownHostException e) {
            checks.add(new Check(
                    check,
                    false,
                    "name not found: " + host,
                    "check the spelling of the URL and this machine's name server",
                    String.valueOf(e.getMessage())));
        }
    }
}
