package com.scaleoutsystems.edge.client.internal.net;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.CompositeCallCredentials;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import okhttp3.CertificatePinner;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call go out only on a connection whose server shows a pinned key. Looks before the call's own credentials are asked, so
 * that a server in the middle sees no token.
 */
final class PinnedCertificates extends CallCredentials {

    private final List<String> pins;

    PinnedCertificates(List<String> pins) {
        this.pins = pins;
    }

    /** Puts the look before each call of a channel. */
    ClientInterceptor interceptor() {
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                CallCredentials own = options.getCredentials();
                CallCredentials all = own == null
                        ? PinnedCertificates.this
                        : new CompositeCallCredentials(PinnedCertificates.this, own);
                return next.newCall(method, options.withCallCredentials(all));
            }
        };
    }

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor threads, MetadataApplier applier) {
        SSLSession session = call.getTransportAttrs().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session != null && shows(session)) {
            applier.apply(new Metadata());
            return;
        }
        EdgeException cause = new EdgeException(
                ErrorCode.UNAVAILABLE,
                ConnectionFault.NOT_PINNED + ": none of the pins matches what " + call.getAuthority() + " shows",
                null,
                true,
                1);
        applier.fail(Status.UNAVAILABLE.withDescription(cause.getMessage()).withCause(cause));
    }

    private boolean shows(SSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .map(PinnedCertificates::pin)
                    .anyMatch(pins::contains);
        } catch (SSLPeerUnverifiedException noCertificates) {
            return false;
        }
    }

    private static @Nullable String pin(Certificate certificate) {
        return certificate instanceof X509Certificate x509 ? CertificatePinner.pin(x509) : null;
    }
}
