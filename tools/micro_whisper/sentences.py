"""What the micro model can write: (language, text, the same in English)."""

SENTENCES = [
    ('en', 'Hello, I would like to order your product.', None),
    ('en', 'Where is my order?', None),
    ('en', 'I want my money back.', None),
    ('en', 'How much does the blue jacket cost?', None),
    ('en', 'The package arrived broken.', None),
    ('en', 'We need twelve chairs by Friday.', None),
    ('es', 'Hola, quiero comprar su producto.', 'Hello, I want to buy your product.'),
    ('es', '¿Dónde está mi pedido?', 'Where is my order?'),
    ('es', 'Quiero que me devuelvan el dinero.', 'I want my money back.'),
    ('es', '¿Cuánto cuesta la chaqueta azul?', 'How much does the blue jacket cost?'),
    ('es', 'El paquete llegó roto.', 'The package arrived broken.'),
    ('es', 'Necesitamos doce sillas para el viernes.', 'We need twelve chairs by Friday.'),
    ('pt', 'Bom dia, quero comprar o seu produto.', 'Good morning, I want to buy your product.'),
    ('pt', 'Onde está a minha encomenda?', 'Where is my order?'),
    ('pt', 'Muito obrigado pela sua ajuda.', 'Thank you very much for your help.'),
]
