package com.scaleoutsystems.edge.sandbox.internal.tls;

import com.scaleoutsystems.edge.sandbox.network.SandboxCertificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;

/** The certificates of one sandbox: its authority, and what its servers show now. */
public final class Certificates {
    private static final int LINE = 64;

    private final Authority authority = new Authority("Scaleout Edge sandbox");
    private volatile Identity current = authority.server();
    private volatile SSLContext context = current.context();

    public X509Certificate authority() {
        return authority.certificate();
    }

    /** The authority's certificate as the text of a file. */
    public String authorityPem() {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(LINE, new byte[] {'\n'})
                            .encodeToString(authority().getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("The authority has made this certificate", e);
        }
    }

    public Identity current() {
        return current;
    }

    /** A context that shows the certificate of the moment. */
    public SSLContext context() {
        return CurrentContext.of(() -> context);
    }

    public void change(SandboxCertificate kind) {
        current = switch (kind) {
            case TRUSTED -> authority.server();
            case UNTRUSTED -> new Authority("Unknown authority").server();
            case EXPIRED -> authority.expired();
            case OTHER_HOST -> authority.otherHost();
        };
        context = current.context();
    }
}
