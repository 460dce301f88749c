package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoProxyTest {

    @ParameterizedTest
    @CsvSource({
        "example.org, example.org, true",
        "example.org, EDGE.example.org, true",
        "example.org, badexample.org, false",
        ".example.org, edge.example.org, true",
        ".example.org, example.org, true",
        "*.example.org, edge.example.org, true",
        "*, anything, true",
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 11.1.2.3, false",
        "10.128.0.0/9, 10.127.0.1, false",
        "10.0.0.1, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.10, false",
        "10.0.0.0/99, 10.0.0.0, false",
        "10.0.0.0/x, 10.0.0.0, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "fd00::/8, fd12::1, true",
        "fd00::/8, 10.0.0.1, false",
        "10.0.0.0/8, host, false"
    })
    void entriesCoverNamesAddressesAndNetworks(String entry, String host, boolean covered) {
        assertThat(new NoProxy(List.of("unrelated", entry)).covers(host)).isEqualTo(covered);
    }
}
