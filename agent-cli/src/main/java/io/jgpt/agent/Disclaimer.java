package io.jgpt.agent;

import io.jgpt.agent.Event.Instruction;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Medical and legal topics. Whoever wants advice on one, asked for in whatever way, is answered
 * with a disclaimer, since a model's advice could do harm; an errand that touches one (a summary of
 * a file, a note) is done, and the disclaimer goes with its answer.
 */
enum Disclaimer {
  /** Illness, medicine, the body. */
  MEDICAL(
      "\\b(diagnos(e|is)|symptoms?|medicines?|medications?|dos(e|es|age)|prescri(be|ption)s?"
          + "|disease|illness|cancer|tumou?r|diabet(es|ic)|fever|chest pain|headaches?|pregnan(t|cy)"
          + "|antibiotics?|ibuprofen|aspirin|paracetamol|insulin|vaccin(e|es|ation)|suicid(e|al)"
          + "|therapy|surgery|blood pressure|patients?|doctors?|medical"
          + "|sore throat|(tooth|stomach) ?aches?|overdos(e|ed|ing)"
          + "|(head|chest|back|stomach|throat|tooth) (hurts|aches))\\b"
          + "|诊断|症状|药|剂量|处方|疾病|生病|癌|肿瘤|糖尿病|发烧|发热|胸痛|头痛|头疼|嗓子疼|牙疼|牙痛|胃疼|胃痛|肚子疼"
          + "|怀孕|抗生素|布洛芬|阿司匹林|胰岛素|疫苗|自杀|手术|血压|患者|病人|病历|医生|治疗|医疗",
      "I cannot give medical advice. Please ask a doctor or a pharmacist; in an emergency call your"
          + " local emergency number.",
      "我不能提供医疗建议。请咨询医生或药师；如遇紧急情况，请拨打当地急救电话。"),
  /** Law, courts, contracts in dispute. */
  LEGAL(
      "\\b(lawsuits?|sue|sued|suing|legal|lawyers?|attorneys?|illegal|crim(e|es|inal)|custody"
          + "|divorce|copyright|infring(e|ement)|liab(le|ility)|evict(ed|ion)?|bail|court|testament"
          + "|immigration|visa|tax evasion)\\b"
          + "|起诉|诉讼|律师|法律|违法|犯法|犯罪|离婚|抚养权|版权|侵权|赔偿|法院|遗嘱|移民|签证|逃税|仲裁",
      "I cannot give legal advice. Please ask a lawyer who is admitted where you live.",
      "我不能提供法律建议。请咨询当地的执业律师。");

  private final Pattern words;
  private final String english;
  private final String chinese;

  Disclaimer(String words, String english, String chinese) {
    this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    this.english = english;
    this.chinese = chinese;
  }

  /** The first topic that a text touches. */
  private static Optional<Disclaimer> of(String text) {
    for (Disclaimer disclaimer : values()) {
      if (disclaimer.words.matcher(text).find()) {
        return Optional.of(disclaimer);
      }
    }
    return Optional.empty();
  }

  /** What is said. */
  private String text(Locale language) {
    return language.getLanguage().equals("zh") ? chinese : english;
  }

  /** The answer to an instruction that asks for advice; nothing for all others. */
  static Optional<String> inPlaceOfAdvice(Instruction instruction) {
    return Errands.isOne(instruction.content())
        ? Optional.empty()
        : of(instruction.content()).map(topic -> topic.text(language(instruction)));
  }

  /** What goes with the answer to any other instruction; empty where there is no such topic. */
  static String beside(Instruction instruction) {
    return of(instruction.content()).map(topic -> topic.text(language(instruction))).orElse("");
  }

  private static Locale language(Instruction instruction) {
    return Instructions.language(instruction.content());
  }
}
