package com.scaleoutsystems.edge.client.internal.doctor;

import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.security.auth.x500.X500Principal;
import okhttp3.CertificatePinner;

/** Says which certificate of a chain is wrong, and why. */
final class ChainExamination {

    private final List<X509Certificate> chain;
    private final List<X509Certificate> trusted;
    private final Instant now;

    ChainExamination(List<X509Certificate> chain, X509Certificate[] trusted, Instant now) {
        this.chain = chain;
        this.trusted = Arrays.asList(trusted);
        this.now = now;
    }

    /** What is wrong, if it can be seen from the certificates. */
    Optional<ConnectionFault> fault(String host, Throwable failure) {
        return outOfTime()
                .or(() -> otherHost(host, failure))
                .or(() -> notPinned(host, failure))
                .or(this::untrusted);
    }

    private Optional<ConnectionFault> outOfTime() {
        for (X509Certificate certificate : chain) {
            String who = name(certificate.getSubjectX500Principal());
            if (certificate.getNotAfter().toInstant().isBefore(now)) {
                return Optional.of(new ConnectionFault(
                        "certificate expired: " + who + " ended " + day(certificate.getNotAfter()),
                        "have the server's operator renew it; if it is valid, set this machine's clock right, it says "
                                + now));
            }
            if (certificate.getNotBefore().toInstant().isAfter(now)) {
                return Optional.of(new ConnectionFault(
                        "certificate not valid yet: " + who + " begins " + day(certificate.getNotBefore()),
                        "set this machine's clock right, it says " + now
                                + "; if that is so, the server's certificate is wrong"));
            }
        }
        return Optional.empty();
    }

    private Optional<ConnectionFault> otherHost(String host, Throwable failure) {
        return ConnectionFault.of(failure)
                .filter(fault -> fault.finding().equals(ConnectionFault.OTHER_HOST))
                .map(fault -> new ConnectionFault(
                        fault.finding() + ": it is for " + names(chain.get(0)) + ", not for " + host, fault.cure()));
    }

    /** The certificates do not show it: who is trusted for what, the handshake has found out. */
    private Optional<ConnectionFault> notPinned(String host, Throwable failure) {
        return ConnectionFault.of(failure)
                .filter(fault -> fault.finding().equals(ConnectionFault.NOT_PINNED))
                .map(fault -> new ConnectionFault(
                        fault.finding() + ": no pin matches the certificate of " + host
                                + " or one that it is trusted for",
                        "someone may be in the middle; if the server's key was changed on purpose, pin "
                                + CertificatePinner.pin(chain.get(0))));
    }

    private Optional<ConnectionFault> untrusted() {
        X509Certificate top = chain.get(chain.size() - 1);
        X500Principal issuer = top.getIssuerX500Principal();
        boolean known = trusted.contains(top)
                || trusted.stream()
                        .anyMatch(root -> root.getSubjectX500Principal().equals(issuer));
        if (known) {
            return Optional.empty();
        }
        boolean selfSigned = issuer.equals(top.getSubjectX500Principal());
        if (chain.size() == 1 && !selfSigned) {
            return Optional.of(new ConnectionFault(
                    "missing intermediate certificate or unknown authority: the server sent only its own certificate, issued by "
                            + name(issuer) + ", which is not trusted here",
                    "have the server send its intermediate certificates after its own; if the authority is your own, give its"
                            + " root certificate to TlsSettings.withTrustedCertificates(...)"));
        }
        return Optional.of(new ConnectionFault(
                ConnectionFault.UNKNOWN_AUTHORITY + ": " + name(issuer) + " is not trusted here",
                "if the authority is your own, give its root certificate to TlsSettings.withTrustedCertificates(...);"
                        + " if not, something in between may decrypt connections: ask whoever runs the network"));
    }

    /** The certificates, a line each. */
    String text() {
        return IntStream.range(0, chain.size())
                .mapToObj(i -> (i + 1) + ": " + name(chain.get(i).getSubjectX500Principal()) + ", issued by "
                        + name(chain.get(i).getIssuerX500Principal()) + ", valid "
                        + day(chain.get(i).getNotBefore()) + " to "
                        + day(chain.get(i).getNotAfter()))
                .collect(Collectors.joining("\n"));
    }

    static String names(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null && !all.isEmpty()) {
                return ServerText.of(
                        all.stream().map(entry -> String.valueOf(entry.get(1))).collect(Collectors.joining(", ")));
            }
        } catch (CertificateParsingException unreadable) {
            // Then the subject is all there is.
        }
        return name(certificate.getSubjectX500Principal());
    }

    /** Whoever made the certificate chose the name. */
    private static String name(X500Principal principal) {
        return ServerText.of(principal.getName());
    }

    static String day(Date date) {
        return date.toInstant().toString();
    }
}
