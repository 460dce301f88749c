package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings are values: each change makes another object and leaves the first as it was. */
class SettingsTest {
    private static final PublicKey KEY = key("Ed25519");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    private static PublicKey key(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPublic();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Settings, equal ones, and each change that they allow. */
    static List<Arguments> settings() {
        List<UnaryOperator<ModelSettings>> models = List.of(
                s -> s.withTemporaryDirectory(Path.of("elsewhere")),
                s -> s.withHeapThreshold(0),
                s -> s.withLimits(ModelLimits.defaults().withMaxEntries(1)),
                s -> s.withHelper(new Nothing("nothing")));
        List<UnaryOperator<ModelLimits>> limits = List.of(
                s -> s.withMaxModelBytes(1),
                s -> s.withMaxEntries(2),
                s -> s.withMaxMetadataBytes(3),
                s -> s.withExpansionFloor(4),
                s -> s.withExpansionFactor(5));
        List<UnaryOperator<ModelStoreSettings>> stores = List.of(
                s -> s.withMaxBytes(1),
                s -> s.withMaxAge(Duration.ofDays(1)),
                s -> s.withModels(ModelSettings.defaults().withHeapThreshold(0)),
                s -> s.withClock(InstantSource.system()));
        List<UnaryOperator<TrustPolicy>> policies =
                List.of(TrustPolicy::requiringChecksum, s -> s.withSigner("a", KEY), s -> s.withSigner("b", KEY));
        ModelSettings plain = ModelSettings.defaults().withHelper(new Nothing("other"));
        return List.of(
                Arguments.of(plain, plain.withHeapThreshold(plain.heapThreshold()), models),
                Arguments.of(ModelLimits.defaults(), ModelLimits.defaults().withMaxEntries(65_535), limits),
                Arguments.of(
                        ModelStoreSettings.defaults().withModels(plain).withClock(CLOCK),
                        ModelStoreSettings.defaults().withModels(plain).withClock(CLOCK),
                        stores),
                Arguments.of(
                        TrustPolicy.defaults().withSigner("c", KEY),
                        TrustPolicy.defaults().withSigner("c", KEY),
                        policies));
    }

    @ParameterizedTest
    @MethodSource("settings")
    <T> void everyChangeMakesAnotherObject(T value, T equal, List<UnaryOperator<T>> changes) {
        String before = value.toString();
        List<T> changed = changes.stream().map(change -> change.apply(value)).toList();
        assertThat(changed).doesNotHaveDuplicates().doesNotContain(value);
        assertThat(value).isEqualTo(equal).hasSameHashCodeAs(equal).hasToString(before);
    }

    @Test
    void settingsHoldWhatTheyWereGiven() {
        ModelSettings settings = ModelSettings.defaults()
                .withTemporaryDirectory(Path.of("elsewhere"))
                .withHeapThreshold(7)
                .withLimits(ModelLimits.defaults().withMaxEntries(3));
        assertThat(settings.temporaryDirectory()).isEqualTo(Path.of("elsewhere"));
        assertThat(settings.heapThreshold()).isEqualTo(7);
        assertThat(settings.limits().maxEntries()).isEqualTo(3);
        ModelStoreSettings store = ModelStoreSettings.defaults()
                .withMaxBytes(1)
                .withMaxAge(Duration.ofDays(2))
                .withModels(settings);
        assertThat(store.maxBytes()).isEqualTo(1);
        assertThat(store.maxAge()).isEqualTo(Duration.ofDays(2));
        assertThat(store.models()).isEqualTo(settings);
        TrustPolicy policy = TrustPolicy.defaults().requiringChecksum().withSigner("lab", KEY);
        assertThat(policy.checksumRequired()).isTrue();
        assertThat(policy.signers()).isEqualTo(Map.of("lab", KEY));
    }

    @Test
    void helpersAndSignersCannotBeChangedFromOutside() {
        ModelSettings plain = ModelSettings.defaults();
        TrustPolicy policy = TrustPolicy.defaults().withSigner("lab", KEY);
        for (Map<?, ?> map : List.of(
                plain.helpers(), plain.withHelper(new Nothing("nothing")).helpers(), policy.signers())) {
            assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void limitsAreShownByName() {
        assertThat(ModelLimits.defaults())
                .hasToString("ModelLimits[maxModelBytes=68719476736, maxEntries=65535, maxMetadataBytes=16777216,"
                        + " expansionFloor=67108864, expansionFactor=100]");
    }

    @Test
    void wrongValuesAreIllegalArguments() {
        ModelLimits limits = ModelLimits.defaults();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits.withMaxModelBytes(-1))
                .withMessage("maxModelBytes must not be negative, but is -1");
        assertThatIllegalArgumentException().isThrownBy(() -> limits.withMaxEntries(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> limits.withMaxMetadataBytes(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> limits.withExpansionFloor(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> limits.withExpansionFactor(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelSettings.defaults().withHeapThreshold(-1))
                .withMessageContaining("heapThreshold");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelStoreSettings.defaults().withMaxBytes(-1))
                .withMessageContaining("maxBytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelStoreSettings.defaults().withMaxAge(Duration.ofNanos(-1)))
                .withMessageContaining("maxAge");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScaleoutModel.builder().helperType(""));
    }

    @Test
    void nullIsRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> ModelSettings.defaults().withLimits(null))
                .withMessage("limits");
        assertThatNullPointerException()
                .isThrownBy(() -> ModelStoreSettings.defaults().withClock(null))
                .withMessage("clock");
        assertThatNullPointerException()
                .isThrownBy(() -> TrustPolicy.defaults().withSigner(null, KEY))
                .withMessage("signerId");
    }

    @Test
    void aKeyOfAnotherKindIsNoSigner() {
        assertThatThrownBy(() -> TrustPolicy.defaults().withSigner("lab", key("RSA")))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("bad_key"));
    }

    /** An encoding that is never used. */
    private record Nothing(String helperType) implements ModelHelper {
        @Override
        public void encode(ModelParameters parameters, OutputStream out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ModelParameters decode(InputStream in) {
            throw new UnsupportedOperationException();
        }
    }
}
