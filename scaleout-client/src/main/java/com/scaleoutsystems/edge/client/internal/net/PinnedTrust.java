package com.scaleoutsystems.edge.client.internal.net;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.CertificatePinner;
import org.jspecify.annotations.Nullable;

/**
 * Trusts a server if another trust manager does, and if a key on the way from the server's certificate to a trusted one is pinned.
 * Certificates that the server sends besides do not count: everybody can send them. A server that is not trusted receives nothing,
 * since the handshake fails.
 */
final class PinnedTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager trusted;
    private final List<String> pins;

    PinnedTrust(X509ExtendedTrustManager trusted, List<String> pins) {
        this.trusted = trusted;
        this.pins = pins;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] sent, String keyExchange, @Nullable Socket socket)
            throws CertificateException {
        trusted.checkServerTrusted(sent, keyExchange, socket);
        requirePin(sent);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] sent, String keyExchange, @Nullable SSLEngine engine)
            throws CertificateException {
        trusted.checkServerTrusted(sent, keyExchange, engine);
        requirePin(sent);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] sent, String keyExchange) throws CertificateException {
        trusted.checkServerTrusted(sent, keyExchange);
        requirePin(sent);
    }

    private void requirePin(X509Certificate[] sent) throws CertificateException {
        if (path(sent).stream().map(CertificatePinner::pin).noneMatch(pins::contains)) {
            throw new CertificateException(ConnectionFault.NOT_PINNED
                    + ": no pin matches the server's certificate or one that it is trusted for");
        }
    }

    /** The certificates from the server's own to the trusted one, both included. */
    private List<X509Certificate> path(X509Certificate[] sent) throws CertificateException {
        Set<X509Certificate> roots = Set.copyOf(Arrays.asList(trusted.getAcceptedIssuers()));
        if (roots.contains(sent[0])) {
            return List.of(sent[0]);
        }
        try {
            X509CertSelector own = new X509CertSelector();
            own.setCertificate(sent[0]);
            PKIXBuilderParameters search = new PKIXBuilderParameters(anchors(roots), own);
            search.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(Arrays.asList(sent))));
            // Whether a certificate was revoked, and what its policies say, is the other trust manager's affair.
            search.setRevocationEnabled(false);
            search.setPolicyQualifiersRejected(false);
            search.setMaxPathLength(sent.length);
            PKIXCertPathBuilderResult found = (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(search);
            List<X509Certificate> path = new ArrayList<>();
            found.getCertPath().getCertificates().forEach(one -> path.add((X509Certificate) one));
            path.add(found.getTrustAnchor().getTrustedCert());
            return path;
        } catch (GeneralSecurityException noPath) {
            throw new CertificateException(
                    ConnectionFault.NOT_PINNED + ": it is not clear for which certificate the server is trusted",
                    noPath);
        }
    }

    private static Set<TrustAnchor> anchors(Set<X509Certificate> roots) {
        return roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] sent, String keyExchange, @Nullable Socket socket)
            throws CertificateException {
        trusted.checkClientTrusted(sent, keyExchange, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] sent, String keyExchange, @Nullable SSLEngine engine)
            throws CertificateException {
        trusted.checkClientTrusted(sent, keyExchange, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] sent, String keyExchange) throws CertificateException {
        trusted.checkClientTrusted(sent, keyExchange);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trusted.getAcceptedIssuers();
    }
}
